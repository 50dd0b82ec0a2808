package org.cloister.agent.command.verb;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.terminal.Table;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "logs",
        description = "What a service wrote: its standard output and error, and what it sent to syslog.",
        footer = {"", "Examples:", "  cloister service logs nginx -n 100", "  cloister service logs nginx -f"})
final class ServiceLogsVerb implements Callable<Integer> {
    private static final long LOOK_MILLIS = 300;
    /** Between two looks. */
    private static final int MAX_NEW = 10_000;

    private final Session session;

    @Option(names = "-n", paramLabel = "N", description = "The last N lines; ${DEFAULT-VALUE} unless told.")
    private int lines = 50;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what comes; Ctrl-C ends it.")
    private boolean follow;

    @Parameters(index = "0", paramLabel = "ROOT", description = ServiceVerb.ROOT)
    private String root = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "SERVICE", description = ServiceVerb.SERVICE)
    private List<String> names = List.of();

    ServiceLogsVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        RootName name = PresentRoot.of(session, root);
        ServiceName service = MainService.orNamed(session, name, names).get(0);
        List<String> shown = session.agent().services().log(name, service, Math.max(lines, follow ? MAX_NEW : 0));
        print(shown.subList(Math.max(0, shown.size() - Math.max(lines, 0)), shown.size()));
        while (follow && !session.terminal().interrupted()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            List<String> now = session.agent().services().log(name, service, Math.max(lines, MAX_NEW));
            print(LogTail.added(shown, now));
            shown = now;
        }
        return ExitStatus.OK.code();
    }

    private void print(List<String> log) {
        log.forEach(line -> session.terminal().out().println(Table.printable(line)));
        session.terminal().out().flush();
    }
}
