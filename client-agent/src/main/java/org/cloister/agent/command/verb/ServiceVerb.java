package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.terminal.Table;
import org.cloister.agent.control.InstalledRoot;
import org.cloister.agent.control.ServiceControl.Operation;
import org.cloister.agent.control.ServiceView;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "service",
        description = "What runs in the background: the units and init scripts that packages ship.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ServiceVerb.ListServices.class,
            ServiceVerb.Status.class,
            ServiceVerb.Start.class,
            ServiceVerb.Stop.class,
            ServiceVerb.Restart.class,
            ServiceVerb.Reload.class,
            ServiceVerb.Enable.class,
            ServiceVerb.Disable.class,
            ServiceVerb.Logs.class
        },
        footer = {
            "",
            "A service runs in its root, with its network and its ports. Where SERVICE is left out, the root's main one is meant.",
            "",
            "Examples:",
            "  cloister service list nginx",
            "  cloister service enable --now nginx",
            "  cloister service logs nginx -f"
        })
final class ServiceVerb {
    private ServiceVerb() {}

    private static final String ROOT = "The root.";
    private static final String SERVICE = "The service; the root's main one unless told.";
    /** Longer than any unit's own limit that is reasonable; the agent goes on after that. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private static List<ServiceView> views(Session session, RootName root)
            throws CommandFailed, IOException, InterruptedException {
        return session.agent().services().services(root);
    }

    /** The services of these names; without any, the root's main one. */
    private static List<ServiceName> named(Session session, RootName root, List<String> names)
            throws CommandFailed, IOException, InterruptedException {
        if (names.isEmpty()) {
            return List.of(MainService.of(session, root, views(session, root)));
        }
        List<ServiceName> services = new ArrayList<>();
        for (String name : names) {
            services.add(ServiceName.parse(name));
        }
        return services;
    }

    private static int change(Session session, String rootName, List<String> names, Operation operation)
            throws CommandFailed, IOException, InterruptedException {
        RootName root = PresentRoot.of(session, rootName);
        List<ServiceName> services = named(session, root, names);
        List<ServiceView> views;
        try {
            views = session.agent().services().change(root, services, operation, LIMIT);
        } catch (IOException e) {
            throw new CommandFailed(
                    ExitStatus.FAILED,
                    e.getMessage() + ".",
                    "`cloister service list " + rootName + "` shows what " + rootName + " has.",
                    e);
        }
        boolean fine = true;
        for (ServiceView view : views) {
            boolean upwards = operation == Operation.START || operation == Operation.RESTART;
            // A service that does one thing and is done has done what it was started for.
            boolean done = view.state().equals("down") && view.settled();
            fine &= !upwards || view.up() || done;
        }
        if (session.json()) {
            ArrayNode list = session.mapper().createArrayNode();
            views.forEach(view -> list.add(ServiceText.json(session.mapper(), view)));
            session.print(list);
        } else {
            views.forEach(view -> session.terminal().out().println(ServiceText.line(view)));
        }
        if (!fine) {
            throw new CommandFailed(
                    ExitStatus.FAILED,
                    "Not every service is up.",
                    "See what it said: cloister service logs " + rootName + " "
                            + views.get(0).name());
        }
        return ExitStatus.OK.code();
    }

    @Command(
            name = "list",
            description = "The services of a root, or of all roots.",
            footer = {"", "Examples:", "  cloister service list", "  cloister service list --all openssh-server"})
    static final class ListServices implements Callable<Integer> {
        private final Session session;

        @Option(names = "--all", description = "Those that other packages of the root ship too.")
        private boolean all;

        @Parameters(index = "0..*", arity = "0..*", paramLabel = "ROOT", description = "The roots; all unless told.")
        private List<String> roots = List.of();

        ListServices(Session session) {
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
                for (ServiceView view : views(session, root)) {
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

    @Command(
            name = "status",
            description = "How services are, why, and what of their units has no effect here.",
            footer = {"", "Examples:", "  cloister service status nginx"})
    static final class Status implements Callable<Integer> {
        private static final int LINES = 10;

        private final Session session;

        @Parameters(index = "0", paramLabel = "ROOT", description = ROOT)
        private String root = "";

        @Parameters(index = "1..*", arity = "0..*", paramLabel = "SERVICE", description = SERVICE)
        private List<String> names = List.of();

        Status(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            RootName name = PresentRoot.of(session, root);
            List<ServiceView> views = views(session, name);
            ArrayNode list = session.mapper().createArrayNode();
            for (ServiceName service : named(session, name, names)) {
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

    @Command(
            name = "start",
            description = "Start services, with what they need, and wait until they are up.",
            footer = {"", "Examples:", "  cloister service start nginx"})
    static final class Start implements Callable<Integer> {
        private final Session session;

        @Parameters(index = "0", paramLabel = "ROOT", description = ROOT)
        private String root = "";

        @Parameters(index = "1..*", arity = "0..*", paramLabel = "SERVICE", description = SERVICE)
        private List<String> names = List.of();

        Start(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            return change(session, root, names, Operation.START);
        }
    }

    @Command(
            name = "stop",
            description = "Stop services and what needs them. No process of theirs is left.",
            footer = {"", "Examples:", "  cloister service stop nginx"})
    static final class Stop implements Callable<Integer> {
        private final Session session;

        @Parameters(index = "0", paramLabel = "ROOT", description = ROOT)
        private String root = "";

        @Parameters(index = "1..*", arity = "0..*", paramLabel = "SERVICE", description = SERVICE)
        private List<String> names = List.of();

        Stop(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            return change(session, root, names, Operation.STOP);
        }
    }

    @Command(
            name = "restart",
            description = "Stop services and start them again.",
            footer = {"", "Examples:", "  cloister service restart nginx"})
    static final class Restart implements Callable<Integer> {
        private final Session session;

        @Parameters(index = "0", paramLabel = "ROOT", description = ROOT)
        private String root = "";

        @Parameters(index = "1..*", arity = "0..*", paramLabel = "SERVICE", description = SERVICE)
        private List<String> names = List.of();

        Restart(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            return change(session, root, names, Operation.RESTART);
        }
    }

    @Command(
            name = "reload",
            description = "Have services read their configuration again, without an end.",
            footer = {"", "Examples:", "  cloister service reload nginx"})
    static final class Reload implements Callable<Integer> {
        private final Session session;

        @Parameters(index = "0", paramLabel = "ROOT", description = ROOT)
        private String root = "";

        @Parameters(index = "1..*", arity = "0..*", paramLabel = "SERVICE", description = SERVICE)
        private List<String> names = List.of();

        Reload(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            return change(session, root, names, Operation.RELOAD);
        }
    }

    @Command(
            name = "enable",
            description = "Start services whenever this machine starts.",
            footer = {"", "Examples:", "  cloister service enable --now nginx"})
    static final class Enable implements Callable<Integer> {
        private final Session session;

        @Option(names = "--now", description = "And now.")
        private boolean now;

        @Parameters(index = "0", paramLabel = "ROOT", description = ROOT)
        private String root = "";

        @Parameters(index = "1..*", arity = "0..*", paramLabel = "SERVICE", description = SERVICE)
        private List<String> names = List.of();

        Enable(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            if (now) {
                quietly(session, root, names, Operation.ENABLE);
                return change(session, root, names, Operation.START);
            }
            return change(session, root, names, Operation.ENABLE);
        }
    }

    @Command(
            name = "disable",
            description = "Start services only when somebody asks for it.",
            footer = {"", "Examples:", "  cloister service disable --now nginx"})
    static final class Disable implements Callable<Integer> {
        private final Session session;

        @Option(names = "--now", description = "And stop them.")
        private boolean now;

        @Parameters(index = "0", paramLabel = "ROOT", description = ROOT)
        private String root = "";

        @Parameters(index = "1..*", arity = "0..*", paramLabel = "SERVICE", description = SERVICE)
        private List<String> names = List.of();

        Disable(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            if (now) {
                quietly(session, root, names, Operation.DISABLE);
                return change(session, root, names, Operation.STOP);
            }
            return change(session, root, names, Operation.DISABLE);
        }
    }

    /** The first of two changes; the second one shows what became of both. */
    private static void quietly(Session session, String rootName, List<String> names, Operation operation)
            throws CommandFailed, IOException, InterruptedException {
        RootName root = PresentRoot.of(session, rootName);
        session.agent().services().change(root, named(session, root, names), operation, LIMIT);
    }

    @Command(
            name = "logs",
            description = "What a service wrote: its standard output and error, and what it sent to syslog.",
            footer = {"", "Examples:", "  cloister service logs nginx -n 100", "  cloister service logs nginx -f"})
    static final class Logs implements Callable<Integer> {
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

        @Parameters(index = "0", paramLabel = "ROOT", description = ROOT)
        private String root = "";

        @Parameters(index = "1", arity = "0..1", paramLabel = "SERVICE", description = SERVICE)
        private List<String> names = List.of();

        Logs(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            RootName name = PresentRoot.of(session, root);
            ServiceName service = named(session, name, names).get(0);
            List<String> shown = session.agent().services().log(name, service, lines);
            print(shown);
            while (follow && !session.terminal().interrupted()) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                List<String> now = session.agent().services().log(name, service, MAX_NEW);
                String last = shown.isEmpty() ? "" : shown.get(shown.size() - 1);
                int known = now.lastIndexOf(last);
                print(now.subList(known + 1, now.size()));
                shown = now;
            }
            return ExitStatus.OK.code();
        }

        private void print(List<String> log) {
            log.forEach(line -> session.terminal().out().println(Table.printable(line)));
            session.terminal().out().flush();
        }
    }
}
