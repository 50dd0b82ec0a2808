package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "deliveries",
        description = {
            "What was served and isn't installed, and what is installed and was never served.",
            "Served is what the repository told a host to install. Downloads by themselves are not recorded: content"
                    + " is fetched by its digest, by whoever has a token."
        },
        footer = {
            "",
            "Examples:",
            "  cloister audit deliveries",
            "  cloister audit deliveries --csv",
            "",
            "Exit status 5: something is installed that was never served."
        })
final class AuditDeliveriesVerb implements Callable<Integer> {
    private final Session session;

    @Mixin
    private Spreadsheet spreadsheet = new Spreadsheet();

    AuditDeliveriesVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        JsonNode answer = session.repositoryOfCaller().get(Target.of("v1", "audit", "deliveries"));
        if (session.json()) {
            session.print(answer);
        } else {
            spreadsheet.print(session, table(answer), "All that was served is installed, and nothing else.");
        }
        return (answer.path("notServed").isEmpty() ? ExitStatus.OK : ExitStatus.DAMAGED).code();
    }

    private Table table(JsonNode answer) {
        Table table = new Table("HOST", "ROOT", "PACKAGE", "VERSION", "POSITION", "TIME", "BY", "WHAT");
        for (JsonNode one : answer.path("notInstalled")) {
            table.row(
                    one.path("hostName").asText(),
                    one.path("root").asText(),
                    one.path("name").asText(),
                    one.path("version").asText(),
                    one.path("request").asText(),
                    spreadsheet.time(one.path("askedAt").asText()),
                    one.path("by").asText(),
                    one.hasNonNull("failure") ? "failed: " + one.path("failure").asText() : "not reported yet");
        }
        for (JsonNode one : answer.path("notServed")) {
            table.row(
                    one.path("host").asText(),
                    one.path("root").asText(),
                    one.path("name").asText(),
                    one.path("version").asText(),
                    one.path("position").asText(),
                    spreadsheet.time(one.path("at").asText()),
                    "",
                    "INSTALLED, BUT NEVER SERVED");
        }
        return table;
    }
}
