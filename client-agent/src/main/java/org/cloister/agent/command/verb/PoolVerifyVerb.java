package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Progress;
import org.cloister.agent.command.terminal.Quantity;
import org.cloister.agent.command.terminal.Style;
import org.cloister.events.RequestId;
import picocli.CommandLine.Command;

@Command(
        name = "verify",
        description = {
            "Hash every file of the pool again, and say which isn't what its name says.",
            "Nothing is repaired: publish the package again, which brings good content in the place of damaged one."
        },
        footer = {"", "Examples:", "  cloister pool verify", "", "Exit status 5: something is damaged."})
final class PoolVerifyVerb implements Callable<Integer> {
    private final Session session;

    PoolVerifyVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        JsonNode end;
        try (Progress shown = session.progress()) {
            PoolLines lines = new PoolLines(session, line -> take(line, shown));
            session.repositoryOfCaller()
                    .postForLines(
                            Target.of("v1", "pool", "verify"),
                            null,
                            new RequestId(UUID.randomUUID().toString()),
                            lines::take);
            end = lines.end();
        }
        long damaged = end.path("damaged").asLong();
        if (session.json()) {
            session.print(end);
        } else {
            Style style = session.terminal().shape().outStyle();
            session.terminal()
                    .out()
                    .println(Quantity.count(end.path("files").asLong(), "file") + ", "
                            + Quantity.bytes(end.path("bytes").asLong()) + ": "
                            + (damaged == 0 ? style.green("all as named") : style.red(damaged + " damaged")) + ".");
        }
        return (damaged == 0 ? ExitStatus.OK : ExitStatus.DAMAGED).code();
    }

    private void take(JsonNode line, Progress shown) {
        if (!line.has("damage")) {
            shown.bytes("hash", line.path("bytes").asLong(), 0);
        } else if (session.json()) {
            session.print(line);
        } else {
            shown.close();
            session.terminal()
                    .out()
                    .println(session.terminal().shape().outStyle().red("damaged") + "  "
                            + line.path("damage").path("place").asText() + ": "
                            + line.path("damage").path("reason").asText());
        }
    }
}
