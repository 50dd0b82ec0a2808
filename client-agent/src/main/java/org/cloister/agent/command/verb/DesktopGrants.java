package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.terminal.Table;
import org.cloister.events.DeviceId;
import org.cloister.events.HostId;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;

/**
 * The grants of one kind of what a desktop has.
 *
 * @param kinds as {@code device list} names them
 * @param nobody what to say where no root has any
 */
record DesktopGrants(Session session, HostId host, List<String> kinds, String nobody) {
    /** @param granted what to tell of it */
    void grant(RootName root, DeviceId device, String granted) throws CommandFailed, IOException, InterruptedException {
        JsonNode answer = new DeviceGrants(session, host).grant(root, device);
        if (session.json()) {
            session.print(answer);
        } else {
            session.terminal().out().println(granted);
        }
    }

    /** Whatever of these kinds the root has. */
    void revoke(RootName root) throws CommandFailed, IOException, InterruptedException {
        ObjectNode released = session.mapper().createObjectNode().put("root", root.text());
        ArrayNode devices = released.putArray("released");
        for (JsonNode grant : document().path("grants")) {
            if (grant.path("root").asText().equals(root.text())) {
                DeviceId device = new DeviceId(grant.path("device").asText());
                new DeviceGrants(session, host).release(root, device);
                devices.add(device.text());
            }
        }
        if (session.json()) {
            session.print(released);
        } else if (devices.isEmpty()) {
            session.terminal().out().println(root + " had none.");
        }
    }

    /** One entry for each root. */
    ObjectNode document() throws CommandFailed, IOException, InterruptedException {
        ObjectNode document = session.mapper().createObjectNode().put("host", host.text());
        ArrayNode grants = document.putArray("grants");
        for (JsonNode device : new DeviceTable(session, host).document().path("devices")) {
            if (kinds.contains(device.path("kind").asText())) {
                for (JsonNode holder : device.path("holders")) {
                    ObjectNode grant =
                            grants.addObject().put("root", holder.path("root").asText());
                    grant.put("device", device.path("device").asText());
                    grant.set("since", holder.path("since"));
                    grant.set("by", holder.path("by"));
                }
            }
        }
        return document;
    }

    void print(ObjectNode document, @Nullable String column) {
        if (document.path("grants").isEmpty()) {
            session.terminal().err().println(nobody);
            return;
        }
        Table table = column == null
                ? new Table("ROOT", "SINCE", "GRANTED BY")
                : new Table("ROOT", column, "SINCE", "GRANTED BY");
        for (JsonNode grant : document.path("grants")) {
            String root = grant.path("root").asText();
            String since = grant.path("since").asText();
            String by = grant.path("by").asText();
            if (column == null) {
                table.row(root, since, by);
            } else {
                table.row(root, grant.path("device").asText(), since, by);
            }
        }
        table.print(session.terminal().out(), session.terminal().shape());
    }
}
