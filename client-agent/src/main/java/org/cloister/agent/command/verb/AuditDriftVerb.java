package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "drift",
        description = {
            "Hosts whose disk isn't what their events tell, and where.",
            "Each host compares once an hour. A host that is silent compares nothing: see cloister audit fleet --silent."
        },
        footer = {"", "Examples:", "  cloister audit drift", "  cloister audit drift --csv"})
final class AuditDriftVerb implements Callable<Integer> {
    private final Session session;

    @Mixin
    private Spreadsheet spreadsheet = new Spreadsheet();

    AuditDriftVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        JsonNode fleet = session.repositoryOfCaller().get(Target.of("v1", "audit", "hosts"));
        if (session.json()) {
            ObjectNode document = session.mapper().createObjectNode();
            ArrayNode hosts = document.putArray("hosts");
            fleet.path("hosts").forEach(host -> {
                if (host.hasNonNull("drift")) {
                    ObjectNode one = hosts.addObject();
                    one.set("host", host.path("host"));
                    one.set("name", host.path("name"));
                    one.set("drift", host.path("drift"));
                }
            });
            session.print(document);
            return (hosts.isEmpty() ? ExitStatus.OK : ExitStatus.DAMAGED).code();
        }
        Table table = new Table("HOST", "ID", "SINCE", "EVENT", "WHAT", "FOUND");
        fleet.path("hosts").forEach(host -> rows(table, host));
        spreadsheet.print(session, table, "No host is known to differ from its events.");
        return (table.isEmpty() ? ExitStatus.OK : ExitStatus.DAMAGED).code();
    }

    private void rows(Table table, JsonNode host) {
        JsonNode drift = host.path("drift");
        for (JsonNode one : drift.path("differences")) {
            row(table, host, one.path("path").asText(), one.path("found").asText());
        }
        if (drift.path("more").asLong() > 0) {
            row(table, host, "", "and " + drift.path("more").asLong() + " more");
        }
    }

    private void row(Table table, JsonNode host, String path, String found) {
        JsonNode drift = host.path("drift");
        table.row(
                host.path("name").asText(),
                host.path("host").asText(),
                spreadsheet.time(drift.path("since").asText()),
                drift.path("position").asText(),
                path,
                found);
    }
}
