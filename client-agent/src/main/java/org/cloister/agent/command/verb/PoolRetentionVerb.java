package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.RepositoryApi;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Quantity;
import org.cloister.agent.command.terminal.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "retention",
        description = "How long content is kept and what is held; with an option, change how long.",
        footer = {"", "Examples:", "  cloister pool retention", "  cloister pool retention --days 90 --rollbacks 2"})
final class PoolRetentionVerb implements Callable<Integer> {
    private final Session session;

    @Option(names = "--days", paramLabel = "N", description = "Every state of the last N days stays whole.")
    private @Nullable Integer days;

    @Option(names = "--rollbacks", paramLabel = "N", description = "N earlier contents of each root of a host stay.")
    private @Nullable Integer rollbacks;

    PoolRetentionVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        RepositoryApi repository = session.repositoryOfCaller();
        Target target = Target.of("v1", "pool", "retention");
        JsonNode rules = repository.get(target);
        if (days != null || rollbacks != null) {
            ObjectNode body = session.mapper().createObjectNode();
            body.put("days", days == null ? rules.path("days").asInt() : days);
            body.put("rollbacks", rollbacks == null ? rules.path("rollbacks").asInt() : rollbacks);
            repository.post(target, body);
            rules = repository.get(target);
        }
        if (session.json()) {
            session.print(rules);
        } else {
            print(rules);
        }
        return ExitStatus.OK.code();
    }

    private void print(JsonNode rules) {
        session.terminal()
                .out()
                .println("Every state of the last "
                        + Quantity.count(rules.path("days").asLong(), "day")
                        + " stays whole, and "
                        + Quantity.count(rules.path("rollbacks").asLong(), "earlier content")
                        + " of each root of a host.");
        if (rules.path("holds").isEmpty()) {
            session.terminal().out().println("Nothing is held.");
            return;
        }
        Table table = new Table("HOLD", "ON", "BY", "SINCE", "REASON");
        for (JsonNode hold : rules.path("holds")) {
            table.row(
                    hold.path("hold").asText(),
                    target(hold.path("target")),
                    hold.path("by").asText(),
                    hold.path("since").asText(),
                    hold.path("reason").asText());
        }
        table.print(session.terminal().out(), session.terminal().shape());
    }

    private static String target(JsonNode target) {
        if (target.hasNonNull("name")) {
            return "package " + target.path("name").asText()
                    + (target.hasNonNull("version")
                            ? "=" + target.path("version").asText()
                            : "");
        }
        if (target.hasNonNull("digest")) {
            return target.path("digest").asText();
        }
        return target.hasNonNull("host")
                ? "host " + target.path("host").asText()
                : "position " + target.path("position").asText();
    }
}
