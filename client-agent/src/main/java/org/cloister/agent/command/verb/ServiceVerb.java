package org.cloister.agent.command.verb;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.Session;
import org.cloister.agent.control.ServiceControl.Operation;
import org.cloister.events.Isolation;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "service",
        description = "What runs in the background: the units and init scripts that packages ship.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ServiceListVerb.class,
            ServiceStatusVerb.class,
            ServiceVerb.Start.class,
            ServiceVerb.Stop.class,
            ServiceVerb.Restart.class,
            ServiceVerb.Reload.class,
            ServiceVerb.Enable.class,
            ServiceVerb.Disable.class,
            ServiceLogsVerb.class
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
    static final String ROOT = "The root.";
    static final String SERVICE = "The service; the root's main one unless told.";

    private ServiceVerb() {}

    /** A root, and services of it. */
    abstract static class Change implements Callable<Integer> {
        private final Session session;
        private final Operation operation;

        @Parameters(index = "0", paramLabel = "ROOT", description = ROOT)
        private String root = "";

        @Parameters(index = "1..*", arity = "0..*", paramLabel = "SERVICE", description = SERVICE)
        private List<String> names = List.of();

        Change(Session session, Operation operation) {
            this.session = session;
            this.operation = operation;
        }

        @Override
        public Integer call() throws Exception {
            RootName present = PresentRoot.of(session, root);
            prepare(session, present);
            return new ServiceChange(session, present).make(operation, names);
        }

        /** Before anything is changed. */
        void prepare(Session session, RootName root) throws CommandFailed, IOException, InterruptedException {
            // A service goes down where it is.
        }

        /** {@code then}: what is done as well, which shows what became of both. */
        Integer both(Operation then) throws CommandFailed, IOException, InterruptedException {
            RootName present = PresentRoot.of(session, root);
            prepare(session, present);
            ServiceChange change = new ServiceChange(session, present);
            change.quietly(operation, names);
            return change.make(then, names);
        }
    }

    /** What starts services, where they are to run. */
    abstract static class Upwards extends Change {
        @Option(
                names = "--isolation",
                paramLabel = "KIND",
                converter = IsolationChoice.Converter.class,
                description =
                        "chroot or guest, a kernel of its own: for all services of the root, from now on. Those that are up move.")
        private @Nullable Isolation isolation;

        Upwards(Session session, Operation operation) {
            super(session, operation);
        }

        @Override
        void prepare(Session session, RootName root) throws CommandFailed, IOException, InterruptedException {
            if (isolation != null) {
                session.agent().services().isolate(root, isolation);
            }
        }
    }

    @Command(
            name = "start",
            description = "Start services, with what they need, and wait until they are up.",
            footer = {
                "",
                "Examples:",
                "  cloister service start nginx",
                "  cloister service start --isolation guest nginx"
            })
    static final class Start extends Upwards {
        Start(Session session) {
            super(session, Operation.START);
        }
    }

    @Command(
            name = "stop",
            description = "Stop services and what needs them. No process of theirs is left.",
            footer = {"", "Examples:", "  cloister service stop nginx"})
    static final class Stop extends Change {
        Stop(Session session) {
            super(session, Operation.STOP);
        }
    }

    @Command(
            name = "restart",
            description = "Stop services and start them again.",
            footer = {"", "Examples:", "  cloister service restart nginx"})
    static final class Restart extends Upwards {
        Restart(Session session) {
            super(session, Operation.RESTART);
        }
    }

    @Command(
            name = "reload",
            description = "Have services read their configuration again, without an end.",
            footer = {"", "Examples:", "  cloister service reload nginx"})
    static final class Reload extends Change {
        Reload(Session session) {
            super(session, Operation.RELOAD);
        }
    }

    @Command(
            name = "enable",
            description = "Start services whenever this machine starts.",
            footer = {"", "Examples:", "  cloister service enable --now nginx"})
    static final class Enable extends Upwards {
        @Option(names = "--now", description = "And now.")
        private boolean now;

        Enable(Session session) {
            super(session, Operation.ENABLE);
        }

        @Override
        public Integer call() throws Exception {
            return now ? both(Operation.START) : super.call();
        }
    }

    @Command(
            name = "disable",
            description = "Start services only when somebody asks for it.",
            footer = {"", "Examples:", "  cloister service disable --now nginx"})
    static final class Disable extends Change {
        @Option(names = "--now", description = "And stop them.")
        private boolean now;

        Disable(Session session) {
            super(session, Operation.DISABLE);
        }

        @Override
        public Integer call() throws Exception {
            return now ? both(Operation.STOP) : super.call();
        }
    }
}
