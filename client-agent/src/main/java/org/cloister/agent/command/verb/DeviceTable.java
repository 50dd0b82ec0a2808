package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Table;
import org.cloister.agent.control.AgentControl;
import org.cloister.events.DesktopDevices;
import org.cloister.events.DeviceId;
import org.cloister.events.HostId;

/** The devices of a host, as the repository has them on record. */
record DeviceTable(Session session, HostId host) {
    private static final String NONE = "-";

    /** As {@code GET /v1/hosts/HOST/devices}. */
    ObjectNode document() throws CommandFailed, IOException, InterruptedException {
        ObjectNode document = session.mapper().createObjectNode().put("host", host.text());
        document.setAll((ObjectNode) session.repository().get(Target.of("v1", "hosts", host.text(), "devices")));
        return document;
    }

    /** The device of an id, or of a node of the host, such as {@code sr0} or {@code /dev/sr0}. @throws CommandFailed if there is none */
    DeviceId find(String named) throws CommandFailed, IOException, InterruptedException {
        if (named.matches("display|sound-server|screen-.*")) {
            DeviceId device = new DeviceId(named);
            if (DesktopDevices.kind(device) != null) {
                return device;
            }
        }
        String node = named.startsWith("/dev/") ? named.substring("/dev/".length()) : named;
        for (JsonNode device : document().path("devices")) {
            boolean attached = device.path("attached").asBoolean();
            if (device.path("device").asText().equals(named)
                    || (attached && device.path("node").asText().equals(node))) {
                return new DeviceId(device.path("device").asText());
            }
        }
        AgentControl own = new HostCommand(session, host).own();
        String problem = own == null ? null : own.deviceProblem();
        throw new CommandFailed(
                ExitStatus.FAILED,
                problem == null ? "No device " + named + " is attached to " + host + "." : problem,
                problem == null
                        ? "`cloister device list` shows what is."
                        : "Devices need an agent that root runs; a package that needs none runs here as well.");
    }

    void print(ObjectNode document) {
        if (document.path("devices").isEmpty()) {
            AgentControl own = new HostCommand(session, host).own();
            String problem = own == null ? null : own.deviceProblem();
            session.terminal()
                    .err()
                    .println(
                            problem == null
                                    ? "No devices are attached that a root could have. `cloister device attach-image disc.iso` makes one of an image."
                                    : problem);
            return;
        }
        Table table = new Table("DEVICE", "KIND", "NODE", "HELD BY", "WHAT IT IS");
        for (JsonNode device : document.path("devices")) {
            table.row(
                    device.path("device").asText(),
                    device.path("kind").asText(),
                    node(device),
                    holders(device),
                    device.path("label").asText().isEmpty()
                            ? NONE
                            : device.path("label").asText());
        }
        table.print(session.terminal().out(), session.terminal().shape());
    }

    private static String node(JsonNode device) {
        if (!device.path("attached").asBoolean()) {
            return "detached";
        }
        String node = device.path("node").asText();
        return node.isEmpty() ? NONE : node;
    }

    private static String holders(JsonNode device) {
        List<String> names = new ArrayList<>();
        device.path("holders").forEach(holder -> names.add(holder.path("root").asText()));
        return names.isEmpty() ? NONE : String.join(",", names);
    }
}
