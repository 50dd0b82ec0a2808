package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.FileBody;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Progress;
import org.cloister.agent.command.terminal.Quantity;
import org.cloister.events.RequestId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "import",
        description = {
            "Record what files say of advisories: OSV JSON, an array of it, or the JSON of Debian's security tracker.",
            "What is known already is not recorded again, so a newer file of the same can be imported as often as you"
                    + " like."
        },
        footer = {
            "",
            "Examples:",
            "  cloister audit advisory import DSA-5417-1.json CVE-2024-3094.json",
            "  cloister audit advisory import tracker.json"
        })
final class AdvisoryImportVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "One or more.")
    private List<String> files = List.of();

    AdvisoryImportVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        for (String file : files) {
            Path path = session.caller().file(file);
            JsonNode answer = send(path);
            if (session.json()) {
                session.print(answer);
            } else {
                print(path, answer);
            }
        }
        return ExitStatus.OK.code();
    }

    private JsonNode send(Path file) throws CommandFailed, IOException, InterruptedException {
        String name = String.valueOf(file.getFileName());
        try (Progress shown = session.progress()) {
            FileBody body = FileBody.of(file);
            return session.repositoryOfCaller()
                    .upload(
                            Target.of("v1", "advisories"),
                            "application/json",
                            body.publisher((sent, size) -> shown.bytes(
                                    (sent < size ? "upload " : "wait for the import of ") + name, sent, size)),
                            new RequestId(UUID.randomUUID().toString()));
        }
    }

    private void print(Path file, JsonNode answer) {
        session.terminal()
                .out()
                .println(file.getFileName() + ": "
                        + answer.path("recorded").asText() + " of "
                        + answer.path("advisories").asText() + " advisories recorded, "
                        + answer.path("unchanged").asText() + " known already ("
                        + answer.path("format").asText() + ")");
        long leftOut = answer.path("leftOut").asLong();
        if (leftOut > 0) {
            session.terminal()
                    .err()
                    .println(Quantity.count(leftOut, "statement") + " left out, because it can't be used; such as:");
            answer.path("reasons").forEach(reason -> session.terminal().err().println("  " + reason.asText()));
        }
    }
}
