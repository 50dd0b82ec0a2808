package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
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
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Show a distribution and the states that it had, or its packages.",
        footer = {
            "",
            "Examples:",
            "  cloister distribution show stable",
            "  cloister distribution show stable --packages --at 4711"
        })
final class DistributionShowVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "NAME", description = "The distribution.")
    private String name = "";

    @Option(names = "--packages", description = "The packages in it.")
    private boolean packages;

    @Option(names = "--at", paramLabel = "TIME|POSITION", description = "With --packages: of a past state.")
    private @Nullable String at;

    DistributionShowVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        DistributionName distribution = new DistributionName(name);
        if (packages) {
            return packages(distribution);
        }
        JsonNode answer = session.repository().get(Target.of("v1", "distributions", distribution.text()));
        if (session.json()) {
            session.print(answer);
        } else {
            print(answer);
        }
        return ExitStatus.OK.code();
    }

    private void print(JsonNode answer) {
        JsonNode distribution = answer.path("distribution");
        JsonNode definition = distribution.path("definition");
        PrintStream out = session.terminal().out();
        out.println(session.terminal()
                        .shape()
                        .outStyle()
                        .bold(definition.path("name").asText()) + "  "
                + distribution.path("packages").asText() + " packages as of position "
                + distribution.path("position").asText());
        out.println("  follows    " + DistributionListVerb.follows(distribution));
        out.println("  suite      " + definition.at("/release/suite").asText() + " ("
                + definition.at("/release/codename").asText() + ")");
        out.println("  read by    " + (definition.path("open").asBoolean() ? "everybody" : "who has a token"));
        out.println("  published  " + published(distribution));
        Table table = new Table("POSITION", "CHANGED", "BY", "PACKAGES");
        for (JsonNode state : answer.path("states")) {
            table.row(
                    state.path("position").asText(),
                    state.path("at").asText().replaceFirst("\\.[0-9]+Z$", "Z"),
                    state.path("by").asText(),
                    state.path("packages").asText());
        }
        table.print(out, session.terminal().shape());
    }

    private static String published(JsonNode distribution) {
        if (distribution.path("failure").isTextual()) {
            return "not: " + Table.printable(distribution.path("failure").asText());
        }
        String there = distribution.path("published").asText();
        return there.equals(distribution.path("position").asText()) ? "yes" : "soon (apt gets position " + there + ")";
    }

    private int packages(DistributionName distribution) throws CommandFailed, IOException, InterruptedException {
        Table table = new Table("NAME", "VERSION", "ARCHITECTURE", "COMPONENT");
        String moment = at == null ? null : Moment.parse(at);
        String after = null;
        do {
            JsonNode page = session.repository()
                    .get(Target.of("v1", "distributions", distribution.text(), "packages")
                            .with("at", moment)
                            .with("after", after));
            if (session.json()) {
                session.print(page);
            }
            for (JsonNode one : page.path("packages")) {
                table.row(
                        one.path("name").asText(),
                        one.path("version").asText(),
                        one.path("architecture").asText(),
                        one.path("component").asText());
            }
            after = page.path("next").isTextual() ? page.path("next").asText() : null;
        } while (after != null);
        if (!session.json()) {
            table.print(session.terminal().out(), session.terminal().shape());
        }
        return ExitStatus.OK.code();
    }
}
