package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Table;
import picocli.CommandLine.Command;

@Command(name = "list", description = "List the distributions.")
final class DistributionListVerb implements Callable<Integer> {
    private final Session session;

    DistributionListVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        JsonNode answer = session.repository().get(Target.of("v1", "distributions"));
        if (session.json()) {
            session.print(answer);
            return ExitStatus.OK.code();
        }
        Table table = new Table("NAME", "SUITE", "PACKAGES", "POSITION", "CHANGED", "FOLLOWS");
        for (JsonNode one : answer.path("distributions")) {
            table.row(
                    one.at("/definition/name").asText(),
                    one.at("/definition/release/suite").asText(),
                    one.path("packages").asText(),
                    one.path("position").asText(),
                    one.path("changedAt").asText().replaceFirst("\\.[0-9]+Z$", "Z"),
                    follows(one));
        }
        table.print(session.terminal().out(), session.terminal().shape());
        return ExitStatus.OK.code();
    }

    /** What brings packages into it by itself. */
    static String follows(JsonNode distribution) {
        List<String> followed = new ArrayList<>();
        distribution.at("/definition/mirrors").forEach(mirror -> followed.add(mirror.asText()));
        if (distribution.at("/definition/uploads").asBoolean()) {
            followed.add("uploads");
        }
        if (distribution.path("held").asBoolean()) {
            return "nothing (held)";
        }
        return followed.isEmpty() ? "nothing" : String.join(", ", followed);
    }
}
