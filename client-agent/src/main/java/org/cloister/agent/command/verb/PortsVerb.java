package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.control.AgentControl;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.HostId;
import org.cloister.events.Port;
import org.cloister.events.PortPolicy;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "ports",
        description = "Which root holds which port of a host, what listens there, and who waits.",
        synopsisSubcommandLabel = "[COMMAND]",
        subcommands = {PortsVerb.Add.class, PortsVerb.Release.class, PortsVerb.Learn.class, PortsVerb.Policy.class},
        footer = {
            "",
            "Examples:",
            "  cloister ports",
            "  cloister ports --json | jq -r '.leases[] | .root + \" \" + .outside'",
            "  cloister ports add game udp/27015"
        })
final class PortsVerb implements Callable<Integer> {
    private final Session session;

    @Option(names = "--host", paramLabel = "HOST", description = "Of which host; this machine unless told.")
    private List<String> hosts = List.of();

    PortsVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        for (HostId host : new Hosts(session).resolve(hosts)) {
            PortTable table = new PortTable(session, host);
            if (session.json()) {
                session.print(table.document());
            } else {
                table.print(table.document());
            }
        }
        return ExitStatus.OK.code();
    }

    /** Shows the ports of the host after a change. */
    private static Integer shown(Session session, HostId host) throws CommandFailed, IOException, InterruptedException {
        PortTable table = new PortTable(session, host);
        ObjectNode document = table.document();
        if (session.json()) {
            session.print(document);
        } else {
            table.print(document);
        }
        return ExitStatus.OK.code();
    }

    /** A root, ports of it, and a host. */
    abstract static class Wish implements Callable<Integer> {
        private final Session session;

        @Parameters(index = "0", paramLabel = "ROOT", description = "The root.")
        private String root = "";

        @Parameters(index = "1..*", arity = "1..*", paramLabel = "PORT", description = "Such as tcp/80 or udp/53.")
        private List<String> ports = List.of();

        @Mixin
        private OneHost host = new OneHost();

        Wish(Session session) {
            this.session = session;
        }

        abstract void send(PortRequest request, RootName root, List<Port> ports)
                throws CommandFailed, IOException, InterruptedException;

        @Override
        public Integer call() throws Exception {
            HostId where = host.of(session);
            send(
                    new PortRequest(session, where),
                    new RootName(root),
                    ports.stream().map(Port::parse).toList());
            return shown(session, where);
        }
    }

    @Command(
            name = "add",
            description = "A root wants ports that can't be read from what is in it.",
            footer = {"", "Examples:", "  cloister ports add game udp/27015 tcp/27015"})
    static final class Add extends Wish {
        Add(Session session) {
            super(session);
        }

        @Override
        void send(PortRequest request, RootName root, List<Port> ports)
                throws CommandFailed, IOException, InterruptedException {
            request.add(root, PortSource.ASKED, ports);
        }
    }

    @Command(
            name = "release",
            description =
                    "A root wants ports no longer. What its package ships is asked for again when the root changes.",
            footer = {"", "Examples:", "  cloister ports release game udp/27015"})
    static final class Release extends Wish {
        Release(Session session) {
            super(session);
        }

        @Override
        void send(PortRequest request, RootName root, List<Port> ports)
                throws CommandFailed, IOException, InterruptedException {
            request.release(root, ports);
        }
    }

    @Command(
            name = "learn",
            description = "Watch what the running programs of a root bind, and ask for that.",
            footer = {
                "",
                "A root that had no network of its own gets one; its programs are in it when they are started again.",
                "",
                "Examples:",
                "  cloister ports learn game --seconds 30"
            })
    static final class Learn implements Callable<Integer> {
        private static final int LOOK_MILLIS = 200;
        /** Above, a datagram socket has the port that the kernel chose (ip(7), ip_local_port_range). */
        private static final int FIRST_EPHEMERAL = 32_768;

        private final Session session;

        @Parameters(index = "0", paramLabel = "ROOT", description = "The root.")
        private String root = "";

        @Option(names = "--seconds", paramLabel = "N", description = "How long; ${DEFAULT-VALUE} unless told.")
        private int seconds = 10;

        Learn(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            AgentControl agent = session.agent();
            RootName name = PresentRoot.of(session, root);
            Set<Port> seen = new TreeSet<>();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            do {
                for (Port port : agent.listening(name)) {
                    boolean ephemeral = port.protocol() == Port.Protocol.UDP && port.number() >= FIRST_EPHEMERAL;
                    if (!ephemeral && seen.add(port)) {
                        session.terminal().err().println(root + " binds " + port);
                    }
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            } while (System.nanoTime() < end);
            if (seen.isEmpty()) {
                throw new CommandFailed(
                        ExitStatus.FAILED,
                        "Nothing in " + root + " was listening for others.",
                        "Start its program, and watch longer: --seconds 60");
            }
            HostId host = agent.enrolment().host();
            new PortRequest(session, host).add(name, PortSource.LEARNED, seen);
            return shown(session, host);
        }
    }

    @Command(
            name = "policy",
            description = "From which range a host leases ports, and which it keeps for whom. For operators.",
            footer = {
                "",
                "Examples:",
                "  cloister ports policy",
                "  cloister ports policy --range 20000-20999 --pin nginx:tcp/80=tcp/8080",
                "  cloister ports policy --no-pins"
            })
    static final class Policy implements Callable<Integer> {
        private static final Pattern RANGE = Pattern.compile("([1-9][0-9]{0,4})-([1-9][0-9]{0,4})");
        private static final Pattern PIN = Pattern.compile("([^:]+):([a-z]+/[0-9]+)=([a-z]+/[0-9]+)");

        private final Session session;

        @Option(names = "--range", paramLabel = "FIRST-LAST", description = "For those who come too late for theirs.")
        private @Nullable String range;

        @Option(
                names = "--pin",
                paramLabel = "ROOT:PORT=PORT",
                description = "The host's port (the second) is for this root's port only.")
        private List<String> pins = List.of();

        @Option(names = "--no-pins", description = "Forget the pins that there are.")
        private boolean noPins;

        @Mixin
        private OneHost host = new OneHost();

        Policy(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            HostId where = host.of(session);
            JsonNode present = session.repository()
                    .get(Target.of("v1", "hosts", where.text(), "leases"))
                    .path("policy");
            if (range != null || !pins.isEmpty() || noPins) {
                ObjectNode body = changed(session.mapper().treeToValue(present, PortPolicy.class));
                session.repository().post(Target.of("v1", "hosts", where.text(), "port-policy"), body);
                present = body;
            }
            if (session.json()) {
                session.print(present);
            } else {
                session.terminal()
                        .out()
                        .println("range " + present.path("first").asInt() + "-"
                                + present.path("last").asInt());
                present.path("pins")
                        .forEach(pin -> session.terminal()
                                .out()
                                .println("pin " + pin.path("root").asText() + ":"
                                        + pin.path("inside").asText() + "="
                                        + pin.path("outside").asText()));
            }
            return ExitStatus.OK.code();
        }

        private ObjectNode changed(PortPolicy present) throws CommandFailed {
            ObjectNode body = session.mapper().createObjectNode();
            body.put("first", present.first()).put("last", present.last());
            if (range != null) {
                Matcher words = matched(RANGE, range, "--range 20000-29999");
                body.put("first", Integer.parseInt(words.group(1))).put("last", Integer.parseInt(words.group(2)));
            }
            ArrayNode list = body.putArray("pins");
            if (!noPins) {
                present.pins()
                        .forEach(pin -> list.addObject()
                                .put("root", pin.root().text())
                                .put("inside", pin.inside().toString())
                                .put("outside", pin.outside().toString()));
            }
            for (String pin : pins) {
                Matcher words = matched(PIN, pin, "--pin nginx:tcp/80=tcp/8080");
                list.addObject()
                        .put("root", new RootName(words.group(1)).text())
                        .put("inside", Port.parse(words.group(2)).toString())
                        .put("outside", Port.parse(words.group(3)).toString());
            }
            return body;
        }

        private static Matcher matched(Pattern form, String text, String example) throws CommandFailed {
            Matcher matcher = form.matcher(text);
            if (!matcher.matches()) {
                throw new CommandFailed(ExitStatus.USAGE, "Can't read '" + text + "'.", "Write it like " + example);
            }
            return matcher;
        }
    }
}
