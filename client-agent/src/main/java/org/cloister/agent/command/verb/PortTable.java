package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.RepositoryRefused;
import org.cloister.agent.command.repository.RepositoryUnreachable;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Table;
import org.cloister.agent.control.AgentControl;
import org.cloister.agent.control.PortUse;
import org.cloister.events.HostId;
import org.jspecify.annotations.Nullable;

/** The ports of a host: what the repository has on record, and what its agent sees where it is this machine's. */
record PortTable(Session session, HostId host) {
    private static final String NONE = "-";
    /** To the second. */
    private static final int SINCE = "2026-01-02T03:04:05".length();

    /** One document: {@code leases} and {@code waiting} as in {@code GET /v1/hosts/HOST/leases}, each lease with what is there now. */
    ObjectNode document() throws CommandFailed, IOException, InterruptedException {
        AgentControl agent = session.agentOrNull();
        boolean own = agent != null && agent.enrolment().host().equals(host);
        List<PortUse> uses = own && agent != null ? agent.ports() : List.of();
        ObjectNode document = session.mapper().createObjectNode();
        document.put("host", host.text());
        try {
            Target target = Target.of("v1", "hosts", host.text(), "leases");
            JsonNode recorded = session.repository().get(target);
            document.setAll((ObjectNode) recorded);
        } catch (RepositoryUnreachable | RepositoryRefused e) {
            if (!own) {
                throw e;
            }
            document.put("problem", String.valueOf(e.getMessage()));
            known(document, uses);
        }
        for (JsonNode lease : document.path("leases")) {
            here((ObjectNode) lease, uses);
        }
        return document;
    }

    /** What the agent knows by itself. */
    private static void known(ObjectNode document, List<PortUse> uses) {
        ArrayNode leases = document.putArray("leases");
        ArrayNode waiting = document.putArray("waiting");
        for (PortUse use : uses) {
            if (use.outside() == null) {
                waiting.addObject()
                        .put("root", use.root().text())
                        .put("inside", use.inside().toString())
                        .put("wanted", use.inside().toString());
            } else {
                leases.addObject()
                        .put("root", use.root().text())
                        .put("inside", use.inside().toString())
                        .put("outside", String.valueOf(use.outside()));
            }
        }
    }

    private static void here(ObjectNode lease, List<PortUse> uses) {
        for (PortUse use : uses) {
            if (use.root().text().equals(lease.path("root").asText())
                    && use.inside().toString().equals(lease.path("inside").asText())) {
                lease.put("address", use.address());
                ArrayNode processes = lease.putArray("processes");
                use.processes().forEach(processes::add);
            }
        }
    }

    void print(ObjectNode document) {
        if (document.path("leases").isEmpty() && document.path("waiting").isEmpty()) {
            session.terminal()
                    .err()
                    .println("Nothing here wants a port. `cloister ports add ROOT tcp/80` asks for one.");
            return;
        }
        Table table = new Table("PORT", "ROOT", "BINDS", "ADDRESS", "PROCESS", "SINCE", "WANTED BY", "WHY");
        for (JsonNode lease : document.path("leases")) {
            table.row(
                    text(lease, "outside"),
                    text(lease, "root"),
                    text(lease, "inside"),
                    text(lease, "address"),
                    processes(lease),
                    since(lease),
                    wantedBy(document, lease),
                    text(lease, "reason"));
        }
        for (JsonNode waiting : document.path("waiting")) {
            table.row(
                    "waits",
                    text(waiting, "root"),
                    text(waiting, "inside"),
                    NONE,
                    NONE,
                    since(waiting),
                    NONE,
                    text(waiting, "reason"));
        }
        table.print(session.terminal().out(), session.terminal().shape());
        if (document.has("problem")) {
            session.terminal()
                    .err()
                    .println("As this machine knows it: "
                            + Table.printable(document.path("problem").asText()));
        }
    }

    /** Those who wait for it or were given another port, because it was taken. */
    private static String wantedBy(ObjectNode document, JsonNode lease) {
        List<String> names = new ArrayList<>();
        String outside = text(lease, "outside");
        for (JsonNode waiting : document.path("waiting")) {
            if (text(waiting, "wanted").equals(outside)) {
                names.add(text(waiting, "root"));
            }
        }
        for (JsonNode other : document.path("leases")) {
            if (!text(other, "outside").equals(outside) && text(other, "inside").equals(outside)) {
                names.add(text(other, "root"));
            }
        }
        return names.isEmpty() ? NONE : String.join(",", names);
    }

    private static String processes(JsonNode lease) {
        List<String> names = new ArrayList<>();
        lease.path("processes").forEach(process -> names.add(process.asText()));
        return names.isEmpty() ? NONE : String.join(" ", names);
    }

    private static String since(JsonNode entry) {
        String since = text(entry, "since");
        return since.length() > SINCE ? since.substring(0, SINCE) + "Z" : since;
    }

    private static String text(JsonNode node, String field) {
        @Nullable JsonNode value = node.get(field);
        return value == null || value.isNull() ? NONE : value.asText();
    }
}
