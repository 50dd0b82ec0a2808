package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Progress;
import org.cloister.agent.command.terminal.Quantity;
import org.cloister.agent.command.terminal.Style;
import org.cloister.events.RequestId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "gc",
        description = {
            "Collect what no retained state, no host and no hold needs.",
            "The first run condemns it; a run after the grace takes away what nobody wanted in between. What went is recorded."
        },
        footer = {
            "",
            "Examples:",
            "  cloister pool gc --dry-run",
            "  cloister pool gc --dry-run --all --json",
            "  cloister pool gc",
            "  cloister pool gc --grace 7d"
        })
final class PoolGcVerb implements Callable<Integer> {
    private final Session session;

    @Option(names = "--dry-run", description = "Only say what would be decided, and why.")
    private boolean dryRun;

    @Option(names = "--all", description = "With --dry-run: say why all else stays, too.")
    private boolean all;

    @Mixin
    private Grace grace = new Grace();

    PoolGcVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        if (all && !dryRun) {
            throw new CommandFailed(
                    ExitStatus.USAGE,
                    "--all explains a dry run.",
                    "Say --dry-run too: cloister pool gc --dry-run --all");
        }
        return dryRun ? explain() : collect();
    }

    private int explain() throws CommandFailed, IOException, InterruptedException {
        Target target = Target.of("v1", "pool", "decisions").with("grace", Long.toString(grace.seconds()));
        JsonNode end;
        try (Progress shown = session.progress()) {
            PoolLines lines = new PoolLines(session, line -> take(line, shown));
            session.repositoryOfCaller().lines(all ? target.with("all", "true") : target, lines::take);
            end = lines.end();
        }
        if (session.json()) {
            session.print(end);
        } else {
            PoolStatsVerb.table(end.path("kinds"))
                    .print(session.terminal().out(), session.terminal().shape());
            session.terminal().out().println("Nothing was changed.");
        }
        return ExitStatus.OK.code();
    }

    private int collect() throws CommandFailed, IOException, InterruptedException {
        ObjectNode body = session.mapper().createObjectNode().put("graceSeconds", grace.seconds());
        JsonNode end;
        try (Progress shown = session.progress()) {
            PoolLines lines = new PoolLines(session, line -> take(line, shown));
            session.repositoryOfCaller()
                    .postForLines(
                            Target.of("v1", "pool", "collections"),
                            body,
                            new RequestId(UUID.randomUUID().toString()),
                            lines::take);
            end = lines.end();
        }
        if (session.json()) {
            session.print(end);
        } else {
            JsonNode done = end.path("collection");
            long position = done.path("position").asLong();
            session.terminal()
                    .out()
                    .println(
                            "Collected " + Quantity.count(done.path("collected").asLong(), "file") + ", "
                                    + Quantity.bytes(done.path("collectedBytes").asLong())
                                    + (position == 0 ? "" : " (event " + position + ")") + "; "
                                    + Quantity.count(done.path("condemned").asLong(), "file") + ", "
                                    + Quantity.bytes(done.path("condemnedBytes").asLong())
                                    + ", condemned and waiting.");
        }
        return ExitStatus.OK.code();
    }

    private void take(JsonNode line, Progress shown) {
        if (line.has("judged")) {
            shown.things("judge", line.path("judged").asLong(), 0);
        } else if (line.has("collected")) {
            shown.things("collect", line.path("collected").asLong(), 0);
        } else if (session.json()) {
            session.print(line);
        } else {
            shown.close();
            session.terminal().out().println(words(line.path("decision")));
        }
    }

    private String words(JsonNode decision) {
        Style style = session.terminal().shape().outStyle();
        boolean keep = decision.path("keep").asBoolean();
        StringBuilder text = new StringBuilder(keep ? style.green("stays") : style.yellow("goes "))
                .append("  ")
                .append(decision.path("kind").asText())
                .append(' ')
                .append(decision.path("digest").asText())
                .append("  ")
                .append(Quantity.bytes(decision.path("bytes").asLong()));
        for (JsonNode reason : decision.path("reasons")) {
            text.append("\n         ").append(reason.path("detail").asText());
        }
        long more = decision.path("more").asLong();
        if (more > 0) {
            text.append("\n         and ").append(Quantity.count(more, "other reason"));
        }
        if (!keep) {
            text.append("\n         ")
                    .append(
                            decision.has("condemned")
                                    ? "condemned since "
                                            + decision.path("condemned").asText()
                                    : "not condemned yet");
        }
        return text.toString();
    }
}
