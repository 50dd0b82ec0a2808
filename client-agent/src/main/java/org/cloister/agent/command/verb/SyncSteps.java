package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Problem;
import org.cloister.agent.command.repository.RepositoryRefused;
import org.cloister.agent.command.terminal.Progress;
import org.jspecify.annotations.Nullable;

/** The lines that tell how a synchronization of a mirror goes ({@code SyncLine} in the repository's openapi.yaml). */
final class SyncSteps {
    private static final int BAD_GATEWAY = 502;

    private final Session session;
    private final Progress shown;
    private @Nullable JsonNode last;

    SyncSteps(Session session, Progress shown) {
        this.session = session;
        this.shown = shown;
    }

    /** Shows a step. */
    boolean take(byte[] line) throws IOException {
        JsonNode step = session.mapper().readTree(line);
        last = step;
        if (!step.path("step").isTextual()) {
            return true;
        }
        String label = step.path("step").asText();
        String message = step.path("message").asText("");
        if (step.path("bytes").isNumber()) {
            String of = step.path("packages").isNumber()
                    ? " " + step.path("packages").asText() + "/"
                            + step.path("totalPackages").asText()
                    : "";
            shown.bytes(
                    label + of,
                    step.path("bytes").asLong(),
                    step.path("totalBytes").asLong());
        } else if (step.path("packages").isNumber()) {
            shown.things(
                    label + " packages",
                    step.path("packages").asLong(),
                    step.path("totalPackages").asLong());
        } else {
            shown.things(message.isEmpty() ? label : label + ": " + message, 0, 0);
        }
        return true;
    }

    /** The last line of a synchronization that ended well. */
    JsonNode end() throws CommandFailed, IOException {
        JsonNode line = last;
        if (line != null && line.has("problem")) {
            throw new RepositoryRefused(Problem.of(BAD_GATEWAY, line.path("problem")));
        }
        if (line == null || !line.path("done").asBoolean()) {
            throw new CommandFailed(
                    ExitStatus.UNREACHABLE,
                    "The answer ended before the synchronization did.",
                    "What was published stays. Run the same command again; it goes on from there.");
        }
        return line;
    }
}
