package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.events.CorrelationId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "correlation",
        description = {
            "Everything that is tied to one correlation id, the first first: what was asked, what hosts reported of"
                    + " it, and what followed from that.",
            "`cloister history --csv` shows the id of every entry, and so does --json."
        },
        footer = {"", "Examples:", "  cloister audit correlation 0b1c2f64-6f0e-4c58-9f5d-1d0c7c0f7a11"})
final class AuditCorrelationVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "ID", description = "The correlation id.")
    private String correlation = "";

    @Mixin
    private Spreadsheet spreadsheet = new Spreadsheet();

    AuditCorrelationVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        CorrelationId id = new CorrelationId(correlation);
        JsonNode answer = session.repositoryOfCaller().get(Target.of("v1", "audit", "correlations", id.text()));
        if (session.json()) {
            session.print(answer);
        } else {
            spreadsheet.print(
                    session,
                    HistoryVerb.entries(new Pseudonyms(session).named(answer.path("entries")), spreadsheet),
                    "Nothing is tied to it.");
        }
        return ExitStatus.OK.code();
    }
}
