package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.terminal.Table;
import org.cloister.agent.control.ServiceView;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "status",
        description = "How services are, why, and what of their units has no effect here.",
        footer = {"", "Examples:", "  cloister service status nginx"})
final class ServiceStatusVerb implements Callable<Integer> {
    private static final int LINES = 10;

    private final Session session;

    @Parameters(index = "0", paramLabel = "ROOT", description = ServiceVerb.ROOT)
    private String root = "";

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "SERVICE", description = ServiceVerb.SERVICE)
    private List<String> names = List.of();

    ServiceStatusVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        RootName name = PresentRoot.of(session, root);
        List<ServiceView> views = session.agent().services().services(name);
        ArrayNode list = session.mapper().createArrayNode();
        for (ServiceName service : MainService.orNamed(session, name, names)) {
            ServiceView view = views.stream()
                    .filter(one -> one.name().equals(service))
                    .findFirst()
                    .orElseThrow(() -> new CommandFailed(
                            ExitStatus.FAILED,
                            "There is no service " + service + " in " + root + ".",
                            "`cloister service list --all " + root + "` shows what it has."));
            List<String> log = session.agent().services().log(name, service, LINES);
            if (session.json()) {
                ObjectNode one = ServiceText.json(session.mapper(), view);
                ArrayNode lines = one.putArray("log");
                log.forEach(lines::add);
                list.add(one);
            } else {
                ServiceText.page(view, log)
                        .forEach(line -> session.terminal().out().println(Table.printable(line)));
            }
        }
        if (session.json()) {
            session.print(list);
        }
        return ExitStatus.OK.code();
    }
}
