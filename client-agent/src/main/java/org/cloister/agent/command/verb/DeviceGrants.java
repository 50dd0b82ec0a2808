package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.control.AgentControl;
import org.cloister.events.DeviceId;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;

/** Asks the repository for grants of a host's devices, and waits until the roots of this machine have what was recorded, where that is the host. */
record DeviceGrants(Session session, HostId host) {
    private static final Duration LIMIT = Duration.ofSeconds(15);

    /** The repository's answer; {@code granted} in it tells whether the root has the device, and then it has. */
    JsonNode grant(RootName root, DeviceId device) throws CommandFailed, IOException, InterruptedException {
        JsonNode answer = send("grants", body(root, device));
        if (answer.path("granted").asBoolean()) {
            await(answer);
        }
        return answer;
    }

    /** @param device null for all that the root has */
    JsonNode release(RootName root, @Nullable DeviceId device) throws CommandFailed, IOException, InterruptedException {
        JsonNode answer = send("releases", body(root, device));
        await(answer);
        return answer;
    }

    private ObjectNode body(RootName root, @Nullable DeviceId device) {
        ObjectNode body = session.mapper().createObjectNode().put("root", root.text());
        return device == null ? body : body.put("device", device.text());
    }

    private JsonNode send(String what, ObjectNode body) throws CommandFailed, IOException, InterruptedException {
        return new HostCommand(session, host)
                .send(Target.of("v1", "hosts", host.text(), "devices", what), body)
                .body();
    }

    private void await(JsonNode answer) throws InterruptedException {
        AgentControl own = new HostCommand(session, host).own();
        if (own != null
                && !own.awaitDevices(new Position(answer.path("position").asLong()), LIMIT)) {
            session.terminal()
                    .err()
                    .println("It is recorded; this machine's agent hasn't carried it out yet: see `cloister status`.");
        }
    }
}
