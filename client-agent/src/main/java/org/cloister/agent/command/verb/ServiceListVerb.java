package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.terminal.Table;
import org.cloister.agent.control.InstalledRoot;
import org.cloister.agent.control.ServiceView;
import org.cloister.events.RootName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "list",
        description = "The services of a root, or of all roots.",
        footer = {"", "Examples:", "  cloister service list", "  cloister service list --all openssh-server"})
final class ServiceListVerb implements Callable<Integer> {
    private final Session session;

    @Option(names = "--all", description = "Those that other packages of the root ship too.")
    private boolean all;

    @Parameters(index = "0..*", arity = "0..*", paramLabel = "ROOT", description = "The roots; all unless told.")
    private List<String> roots = List.of();

    ServiceListVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        List<RootName> wanted = new ArrayList<>();
        for (String root : roots) {
            wanted.add(PresentRoot.of(session, root));
        }
        if (roots.isEmpty()) {
            session.agent().roots().stream().map(InstalledRoot::root).forEach(wanted::add);
        }
        Table table = new Table("ROOT", "SERVICE", "STATE", "ENABLED", "KIND", "PACKAGE", "DESCRIPTION");
        ArrayNode list = session.mapper().createArrayNode();
        for (RootName root : wanted) {
            for (ServiceView view : session.agent().services().services(root)) {
                if (view.own() || all || view.enabled() || view.up()) {
                    list.add(ServiceText.json(session.mapper(), view));
                    table.row(
                            root.text(),
                            view.name().text(),
                            view.masked() ? "masked" : view.state(),
                            view.enabled() ? "yes" : "no",
                            view.kind(),
                            view.from().isEmpty() ? "-" : view.from(),
                            view.description());
                }
            }
        }
        if (session.json()) {
            session.print(list);
        } else if (table.isEmpty()) {
            session.terminal()
                    .err()
                    .println(
                            roots.isEmpty()
                                    ? "No root here has a service."
                                    : "Nothing of " + String.join(", ", roots)
                                            + " runs in the background; --all shows what other packages in there have.");
        } else {
            table.print(session.terminal().out(), session.terminal().shape());
        }
        return ExitStatus.OK.code();
    }
}
