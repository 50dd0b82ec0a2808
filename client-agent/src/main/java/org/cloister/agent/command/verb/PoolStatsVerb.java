package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Quantity;
import org.cloister.agent.command.terminal.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "stats",
        description = "How much the pool has of each kind, and how much of it nothing needs.",
        footer = {"", "Examples:", "  cloister pool stats", "  cloister pool stats --grace 0s --json"})
final class PoolStatsVerb implements Callable<Integer> {
    private final Session session;

    @Mixin
    private Grace grace = new Grace();

    PoolStatsVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        JsonNode answer =
                session.repositoryOfCaller().get(Target.of("v1", "pool").with("grace", Long.toString(grace.seconds())));
        if (session.json()) {
            session.print(answer);
            return ExitStatus.OK.code();
        }
        table(answer.path("kinds"))
                .print(session.terminal().out(), session.terminal().shape());
        return ExitStatus.OK.code();
    }

    static Table table(JsonNode kinds) {
        Table table = new Table("KIND", "COUNT", "SIZE", "RECLAIMABLE", "OF SIZE", "CONDEMNED");
        for (JsonNode kind : kinds) {
            table.row(
                    kind.path("kind").asText() + "s",
                    kind.path("count").asText(),
                    Quantity.bytes(kind.path("bytes").asLong()),
                    kind.path("reclaimable").asText(),
                    Quantity.bytes(kind.path("reclaimableBytes").asLong()),
                    kind.path("condemned").asText());
        }
        return table;
    }
}
