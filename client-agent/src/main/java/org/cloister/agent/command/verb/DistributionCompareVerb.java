package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Table;
import org.cloister.events.DistributionName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "compare",
        description = "What a client gets or loses that goes from one state to another.",
        footer = {
            "",
            "Examples:",
            "  cloister distribution compare stable testing",
            "  cloister distribution compare stable@4711 stable"
        })
final class DistributionCompareVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(index = "0", paramLabel = "NAME[@TIME|@POSITION]", description = "The one.")
    private String one = "";

    @Parameters(index = "1", paramLabel = "NAME[@TIME|@POSITION]", description = "The other.")
    private String other = "";

    DistributionCompareVerb(Session session) {
        this.session = session;
    }

    /** A distribution, now or then. */
    private record State(DistributionName name, @Nullable String at) {
        static State parse(String text) throws CommandFailed {
            int at = text.indexOf('@');
            return at < 0
                    ? new State(new DistributionName(text), null)
                    : new State(new DistributionName(text.substring(0, at)), Moment.parse(text.substring(at + 1)));
        }
    }

    @Override
    public Integer call() throws Exception {
        State from = State.parse(one);
        State to = State.parse(other);
        JsonNode answer = session.repository()
                .get(Target.of("v1", "distributions", from.name().text(), "differences")
                        .with("at", from.at())
                        .with("with", to.name())
                        .with("withAt", to.at()));
        if (session.json()) {
            session.print(answer);
        } else {
            print(answer);
        }
        return ExitStatus.OK.code();
    }

    private void print(JsonNode answer) {
        Table table = new Table("", "NAME", "ARCHITECTURE", "VERSION");
        answer.path("added")
                .forEach(each -> row(table, "+", each, each.path("version").asText()));
        answer.path("removed")
                .forEach(each -> row(table, "-", each, each.path("version").asText()));
        answer.path("changed")
                .forEach(each -> row(
                        table,
                        "~",
                        each,
                        each.path("before").asText() + " → "
                                + each.path("after").asText()));
        PrintStream out = session.terminal().out();
        if (table.isEmpty()) {
            out.println("They have the same packages.");
        }
        table.print(out, session.terminal().shape());
    }

    private static void row(Table table, String sign, JsonNode each, String version) {
        table.row(sign, each.path("name").asText(), each.path("architecture").asText(), version);
    }
}
