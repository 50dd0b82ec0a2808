package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.terminal.Quantity;
import org.cloister.agent.command.terminal.Table;
import org.cloister.agent.control.Guest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "guest",
        description = "The guests of this machine: programs that run with a kernel of their own.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {GuestVerb.ListGuests.class, GuestVerb.Console.class, GuestVerb.Stop.class, GuestVerb.Stats.class
        },
        footer = {
            "",
            "A guest is started by cloister run --isolation guest, and ends with its program; those of services by cloister service.",
            "One that waits was booted ahead, for the next program of a root that was used lately.",
            "",
            "Examples:",
            "  cloister guest list",
            "  cloister guest console nginx",
            "  cloister guest stop nginx-4711"
        })
final class GuestVerb {
    private static final long KIB = 1024;

    /** Those that {@code name} means: one guest, or all of a root. */
    private static List<Guest> named(Session session, String name) throws CommandFailed, IOException {
        List<Guest> guests = session.agent().guests();
        List<Guest> meant = guests.stream()
                .filter(one -> one.id().text().equals(name) || one.root().text().equals(name))
                .toList();
        if (meant.isEmpty()) {
            throw new CommandFailed(
                    ExitStatus.FAILED,
                    "There is no guest " + name + " here, and none of a root of that name.",
                    guests.isEmpty()
                            ? "No guest runs. To start one: cloister run --isolation guest ROOT -- CMD"
                            : "`cloister guest list` shows those that run.");
        }
        return meant;
    }

    private static ObjectNode json(Session session, Guest guest) {
        return session.mapper()
                .createObjectNode()
                .put("guest", guest.id().text())
                .put("root", guest.root().text())
                .put("state", guest.state().text())
                .put("pid", guest.pid())
                .put("since", guest.since().toString())
                .put("memoryMiB", guest.memory())
                .put("network", guest.network())
                .put("command", guest.command());
    }

    @Command(name = "list", description = "List the guests that run or boot.")
    static final class ListGuests implements Callable<Integer> {
        private final Session session;

        ListGuests(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            List<Guest> guests = session.agent().guests();
            if (session.json()) {
                ArrayNode list = session.mapper().createArrayNode();
                guests.forEach(guest -> list.add(json(session, guest)));
                session.print(session.mapper().createObjectNode().set("guests", list));
                return ExitStatus.OK.code();
            }
            Table table = new Table("GUEST", "ROOT", "STATE", "SINCE", "MEMORY", "NETWORK", "COMMAND");
            for (Guest guest : guests) {
                table.row(
                        guest.id().text(),
                        guest.root().text(),
                        guest.state().text(),
                        guest.since().toString(),
                        guest.memory() + " MiB",
                        guest.network(),
                        guest.command());
            }
            table.print(session.terminal().out(), session.terminal().shape());
            return ExitStatus.OK.code();
        }
    }

    @Command(
            name = "console",
            description = "Open a shell in a running guest, as its root, or run a command there.",
            footer = {
                "",
                "It ends with the shell; the guest goes on.",
                "",
                "Examples:",
                "  cloister guest console nginx",
                "  cloister guest console nginx-4711 -- ps ax"
            })
    static final class Console implements Callable<Integer> {
        private final Session session;

        @Parameters(index = "0", paramLabel = "GUEST", description = "The guest, or its root.")
        private String guest = "";

        @Parameters(index = "1..*", paramLabel = "CMD", description = "A shell unless told.")
        private List<String> command = new ArrayList<>();

        Console(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            List<Guest> meant = new ArrayList<>(named(session, guest));
            // Nobody looks for what only waits.
            if (meant.size() > 1) {
                meant.removeIf(one -> one.state() == Guest.State.WAITING);
            }
            if (meant.size() != 1) {
                throw new CommandFailed(
                        ExitStatus.FAILED,
                        guest + " has " + meant.size() + " guests.",
                        "Name one: "
                                + String.join(
                                        ", ",
                                        meant.stream()
                                                .map(one -> one.id().text())
                                                .toList()));
            }
            List<String> words =
                    !command.isEmpty() && command.get(0).equals("--") ? command.subList(1, command.size()) : command;
            return new Entrance(session)
                    .become(session.agent().guestConsole(meant.get(0).id(), words));
        }
    }

    @Command(
            name = "stop",
            description = "End guests: in order, by their kernel's halt where that doesn't succeed, then by force.",
            footer = {
                "",
                "Examples:",
                "  cloister guest stop nginx-4711",
                "  cloister guest stop nginx    all of that root"
            })
    static final class Stop implements Callable<Integer> {
        private final Session session;

        @Parameters(paramLabel = "GUEST", description = "The guest, or a root for all of its guests.")
        private String guest = "";

        Stop(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            List<Guest> meant = named(session, guest);
            ArrayNode stopped = session.mapper().createArrayNode();
            for (Guest one : meant) {
                if (!session.agent().stopGuest(one.id())) {
                    throw new CommandFailed(
                            ExitStatus.FAILED,
                            "Guest " + one.id() + " doesn't end.",
                            "Its runner is process " + one.pid() + ": kill -KILL " + one.pid() + " ends both.");
                }
                stopped.add(one.id().text());
                if (!session.json()) {
                    session.terminal().out().println(one.id() + " has ended.");
                }
            }
            if (session.json()) {
                session.print(session.mapper().createObjectNode().set("stopped", stopped));
            }
            return ExitStatus.OK.code();
        }
    }

    @Command(
            name = "stats",
            description = "What guests use now.",
            footer = {"", "Examples:", "  cloister guest stats", "  cloister guest stats nginx --json"})
    static final class Stats implements Callable<Integer> {
        private final Session session;

        @Parameters(arity = "0..1", paramLabel = "GUEST", description = "The guest, or its root; all unless told.")
        private String guest = "";

        Stats(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            List<Guest> meant = guest.isEmpty() ? session.agent().guests() : named(session, guest);
            ArrayNode list = session.mapper().createArrayNode();
            Table table = new Table("GUEST", "UP", "LOAD", "PROCESSES", "USED", "OF", "HELD OF THE HOST");
            for (Guest one : meant) {
                if (!one.running()) {
                    continue;
                }
                Guest.Use use;
                try {
                    use = session.agent().guestUse(one.id());
                } catch (IOException silent) {
                    if (!guest.isEmpty()) {
                        throw silent;
                    }
                    // It ends just now, or hangs: what the others use is told all the same.
                    list.add(json(session, one));
                    table.row(one.id().text(), "-", "-", "-", "-", "-", "-");
                    continue;
                }
                list.add(json(session, one)
                        .put("upSeconds", use.uptime())
                        .put("load", use.load())
                        .put("processes", use.processes())
                        .put("usedKiB", use.total() - use.available())
                        .put("totalKiB", use.total())
                        .put("heldKiB", use.held()));
                table.row(
                        one.id().text(),
                        Quantity.time(Duration.ofSeconds(use.uptime())),
                        Double.toString(use.load()),
                        Integer.toString(use.processes()),
                        Quantity.bytes((use.total() - use.available()) * KIB),
                        Quantity.bytes(use.total() * KIB),
                        use.held() == 0 ? "-" : Quantity.bytes(use.held() * KIB));
            }
            if (session.json()) {
                session.print(session.mapper().createObjectNode().set("guests", list));
            } else {
                table.print(session.terminal().out(), session.terminal().shape());
            }
            return ExitStatus.OK.code();
        }
    }
}
