package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        description = "The advisories that were imported, by name.",
        footer = {
            "",
            "Examples:",
            "  cloister audit advisory list --query openssl",
            "  cloister audit advisory list --csv"
        })
final class AdvisoryListVerb implements Callable<Integer> {
    private final Session session;

    @Option(
            names = "--query",
            paramLabel = "TEXT",
            description = "Part of a name, an alias, a source package or the summary.")
    private @Nullable String query;

    @Option(names = "--after", paramLabel = "NAME", description = "The next page, as the page before says.")
    private @Nullable String after;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "At most so many (${DEFAULT-VALUE}).")
    private int limit;

    @Mixin
    private Spreadsheet spreadsheet = new Spreadsheet();

    AdvisoryListVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        JsonNode page = session.repositoryOfCaller()
                .get(Target.of("v1", "advisories")
                        .with("q", query)
                        .with("after", after)
                        .with("limit", limit));
        if (session.json()) {
            session.print(page);
            return ExitStatus.OK.code();
        }
        Table table = new Table("ADVISORY", "SOURCES", "ALIASES", "WITHDRAWN", "SUMMARY");
        for (JsonNode advisory : page.path("advisories")) {
            table.row(
                    advisory.path("id").asText(),
                    sources(advisory),
                    texts(advisory.path("aliases")),
                    advisory.hasNonNull("withdrawn")
                            ? advisory.path("withdrawn").asText()
                            : "",
                    advisory.path("summary").asText());
        }
        spreadsheet.print(session, table, "No such advisory was imported.");
        if (page.path("next").isTextual()) {
            session.terminal()
                    .err()
                    .println("More: --after " + page.path("next").asText());
        }
        return ExitStatus.OK.code();
    }

    private static String sources(JsonNode advisory) {
        Set<String> sources = new LinkedHashSet<>();
        advisory.path("affected")
                .forEach(affected -> sources.add(affected.path("source").asText()));
        return String.join(" ", sources);
    }

    private static String texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return String.join(" ", texts);
    }
}
