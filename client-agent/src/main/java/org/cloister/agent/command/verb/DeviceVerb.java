package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.control.AttachedImage;
import org.cloister.events.DeviceId;
import org.cloister.events.HostId;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "device",
        description = "Which hardware of a host which root may use.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DeviceVerb.ListDevices.class,
            DeviceVerb.Grant.class,
            DeviceVerb.Release.class,
            DeviceVerb.AttachImage.class,
            DeviceVerb.DetachImage.class
        },
        footer = {
            "",
            "Examples:",
            "  cloister device list",
            "  cloister device grant brasero sr0",
            "  cloister device attach-image debian.iso"
        })
final class DeviceVerb {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final long LOOK_MILLIS = 100;

    private DeviceVerb() {}

    @Command(
            name = "list",
            description = "The devices of a host, and which root holds them.",
            footer = {"", "Examples:", "  cloister device list --json | jq -r '.devices[] | .device + \" \" + .label'"})
    static final class ListDevices implements Callable<Integer> {
        private final Session session;

        @Mixin
        private OneHost host = new OneHost();

        ListDevices(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            DeviceTable table = new DeviceTable(session, host.of(session));
            ObjectNode document = table.document();
            if (session.json()) {
                session.print(document);
            } else {
                table.print(document);
            }
            return ExitStatus.OK.code();
        }
    }

    @Command(
            name = "grant",
            description = "A root may use a device: it appears in its /dev, for programs that run already too.",
            footer = {
                "",
                "An optical drive, a disk or a serial port has one holder; others are shared.",
                "",
                "Examples:",
                "  cloister device grant brasero sr0",
                "  cloister device grant minicom /dev/ttyUSB0"
            })
    static final class Grant implements Callable<Integer> {
        private final Session session;

        @Parameters(index = "0", paramLabel = "ROOT", description = "The root.")
        private String root = "";

        @Parameters(index = "1", paramLabel = "DEVICE", description = "As `device list` shows it, or its node.")
        private String device = "";

        @Mixin
        private OneHost host = new OneHost();

        Grant(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            HostId where = host.of(session);
            DeviceId wanted = new DeviceTable(session, where).find(device);
            JsonNode answer = new DeviceGrants(session, where).grant(new RootName(root), wanted);
            if (!answer.path("granted").asBoolean()) {
                String holder = answer.path("holder").asText();
                throw new CommandFailed(
                        ExitStatus.REFUSED,
                        root + " doesn't get " + device + ": "
                                + answer.path("reason").asText() + ".",
                        "Release it there first: cloister device release " + holder + " " + device);
            }
            if (session.json()) {
                session.print(answer);
            } else {
                session.terminal().out().println(root + " has " + wanted + " (" + device + ").");
            }
            return ExitStatus.OK.code();
        }
    }

    @Command(
            name = "release",
            description =
                    "A root may use a device no longer. What its programs have open stays open until they close it.",
            footer = {"", "Examples:", "  cloister device release brasero sr0"})
    static final class Release implements Callable<Integer> {
        private final Session session;

        @Parameters(index = "0", paramLabel = "ROOT", description = "The root.")
        private String root = "";

        @Parameters(
                index = "1",
                arity = "0..1",
                paramLabel = "DEVICE",
                description = "As `device list` shows it, or its node; without it, all that the root has.")
        private @Nullable String device;

        @Mixin
        private OneHost host = new OneHost();

        Release(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            HostId where = host.of(session);
            DeviceId held = device == null ? null : new DeviceTable(session, where).find(device);
            JsonNode answer = new DeviceGrants(session, where).release(new RootName(root), held);
            if (session.json()) {
                session.print(answer);
            }
            return ExitStatus.OK.code();
        }
    }

    @Command(
            name = "attach-image",
            description = {
                "An image of a disc stands for an optical drive of this machine, any other image for a disk.",
                "It can only be read, and is there again after a start of the machine."
            },
            footer = {"", "Examples:", "  cloister device attach-image debian.iso"})
    static final class AttachImage implements Callable<Integer> {
        private final Session session;

        @Parameters(index = "0", paramLabel = "FILE", description = "The image.")
        private String file = "";

        AttachImage(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            AttachedImage image = session.agent().attachImage(image(session, file));
            awaitRecorded(image);
            if (session.json()) {
                session.print(session.mapper()
                        .createObjectNode()
                        .put("device", image.device().text())
                        .put("kind", image.kind().text())
                        .put("image", image.image().toString())
                        .put("node", image.node()));
            } else {
                session.terminal()
                        .out()
                        .println(image.device() + " (" + image.kind().text() + ", " + image.node()
                                + ") is attached. Grant it: cloister device grant ROOT " + image.device());
            }
            return ExitStatus.OK.code();
        }

        /** Who grants it next finds it. */
        private void awaitRecorded(AttachedImage image) throws CommandFailed, IOException, InterruptedException {
            DeviceTable table =
                    new DeviceTable(session, session.agent().enrolment().host());
            long end = System.nanoTime() + LIMIT.toNanos();
            while (!isRecorded(table, image)) {
                if (System.nanoTime() > end) {
                    throw new CommandFailed(
                            ExitStatus.UNREACHABLE,
                            "The image is attached, but the repository has not recorded it yet.",
                            "`cloister status` says what is in the way; grant it when `cloister device list` shows it.");
                }
                Thread.sleep(LOOK_MILLIS);
            }
        }

        private static boolean isRecorded(DeviceTable table, AttachedImage image)
                throws CommandFailed, IOException, InterruptedException {
            for (JsonNode device : table.document().path("devices")) {
                if (device.path("device").asText().equals(image.device().text())) {
                    return device.path("attached").asBoolean();
                }
            }
            return false;
        }
    }

    @Command(
            name = "detach-image",
            description = "An image stands for a device no longer.",
            footer = {"", "Examples:", "  cloister device detach-image debian.iso"})
    static final class DetachImage implements Callable<Integer> {
        private final Session session;

        @Parameters(index = "0", paramLabel = "FILE", description = "The image.")
        private String file = "";

        DetachImage(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            Path image = image(session, file);
            if (!session.agent().detachImage(image)) {
                throw new CommandFailed(
                        ExitStatus.FAILED,
                        image + " stands for no device.",
                        "`cloister device list` shows the images that do, after \"image\".");
            }
            if (session.json()) {
                session.print(session.mapper().createObjectNode().put("image", image.toString()));
            }
            return ExitStatus.OK.code();
        }
    }

    /** Without links where it exists, as it is kept. @throws CommandFailed for who isn't the agent's user: it would read files in their place */
    private static Path image(Session session, String file) throws CommandFailed {
        Path path = session.caller().file(file);
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path;
        }
    }
}
