package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.function.Consumer;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Problem;
import org.cloister.agent.command.repository.RepositoryRefused;
import org.jspecify.annotations.Nullable;

/** The lines of a long answer about the pool, of which the last says how it ended. */
final class PoolLines {
    private static final int INTERNAL_ERROR = 500;

    private final Session session;
    private final Consumer<JsonNode> each;
    private @Nullable JsonNode last;

    /** @param each hears every line but the last */
    PoolLines(Session session, Consumer<JsonNode> each) {
        this.session = session;
        this.each = each;
    }

    boolean take(byte[] line) throws IOException {
        JsonNode read = session.mapper().readTree(line);
        last = read;
        if (!read.has("done") && !read.has("problem")) {
            each.accept(read);
        }
        return true;
    }

    /** The last line of an answer that ended well. */
    JsonNode end() throws CommandFailed, IOException {
        JsonNode line = last;
        if (line != null && line.has("problem")) {
            throw new RepositoryRefused(Problem.of(INTERNAL_ERROR, line.path("problem")));
        }
        if (line == null || !line.path("done").asBoolean()) {
            throw new CommandFailed(
                    ExitStatus.UNREACHABLE,
                    "The answer ended before its end was told.",
                    "What was recorded is done. Run the same command again; that is harmless.");
        }
        return line;
    }
}
