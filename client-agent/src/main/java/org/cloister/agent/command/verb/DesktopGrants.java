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

/** The grants of one kind of what a desktop has. */
record DesktopGrants(Session session, HostId host, Kind kind) {
    enum Kind {
        DISPLAY(List.of("display", "screen"), "No root may show windows. Grant it: cloister display grant ROOT") {
            @Override
            Table table() {
                return new Table("ROOT", "DISPLAY", "SINCE", "GRANTED BY");
            }

            @Override
            void add(Table table, String root, String device, String since, String by) {
                table.row(root, device, since, by);
            }
        },
        SOUND(List.of("sound-server"), "No root may play sound. Grant it: cloister sound grant ROOT") {
            @Override
            Table table() {
                return new Table("ROOT", "SINCE", "GRANTED BY");
            }

            @Override
            void add(Table table, String root, String device, String since, String by) {
                table.row(root, since, by);
            }
        };

        /** As {@code device list} names them. */
        private final List<String> devices;

        /** What to say where no root has any. */
        private final String nobody;

        Kind(List<String> devices, String nobody) {
            this.devices = devices;
            this.nobody = nobody;
        }

        abstract Table table();

        abstract void add(Table table, String root, String device, String since, String by);
    }

    /** @param granted what to tell of it */
    void grant(RootName root, DeviceId device, String granted) throws CommandFailed, IOException, InterruptedException {
        JsonNode answer = new DeviceGrants(session, host).grant(root, device);
        if (session.json()) {
            session.print(answer);
        } else {
            session.terminal().out().println(granted);
        }
    }

    /** Whatever of this kind the root has. */
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
    private ObjectNode document() throws CommandFailed, IOException, InterruptedException {
        ObjectNode document = session.mapper().createObjectNode().put("host", host.text());
        ArrayNode grants = document.putArray("grants");
        for (JsonNode device : new DeviceTable(session, host).document().path("devices")) {
            if (kind.devices.contains(device.path("kind").asText())) {
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

    void show() throws CommandFailed, IOException, InterruptedException {
        ObjectNode document = document();
        if (session.json()) {
            session.print(document);
            return;
        }
        if (document.path("grants").isEmpty()) {
            session.terminal().err().println(kind.nobody);
            return;
        }
        Table table = kind.table();
        for (JsonNode grant : document.path("grants")) {
            kind.add(
                    table,
                    grant.path("root").asText(),
                    grant.path("device").asText(),
                    grant.path("since").asText(),
                    grant.path("by").asText());
        }
        table.print(session.terminal().out(), session.terminal().shape());
    }
}
