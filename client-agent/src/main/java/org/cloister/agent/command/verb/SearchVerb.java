package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "search",
        description = "Find packages by name or synopsis.",
        footer = {"", "Examples:", "  cloister search web server", "  cloister search json --limit 500"})
final class SearchVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(arity = "1..*", paramLabel = "WORD", description = "What the name or the synopsis contains.")
    private java.util.List<String> words = java.util.List.of();

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "At most so many (${DEFAULT-VALUE}).")
    private int limit;

    SearchVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        JsonNode page = session.repository()
                .get(Target.of("v1", "packages")
                        .with("q", String.join(" ", words))
                        .with("limit", limit));
        if (session.json()) {
            session.print(page);
            return ExitStatus.OK.code();
        }
        Table table = new Table("NAME", "VERSION", "SYNOPSIS");
        for (JsonNode found : page.path("packages")) {
            table.row(
                    found.path("name").asText(),
                    newest(found.path("versions")),
                    found.path("synopsis").asText());
        }
        if (table.isEmpty()) {
            session.terminal()
                    .err()
                    .println("Nothing published matches. An upstream package comes with:"
                            + " cloister mirror sync MIRROR NAME");
            return ExitStatus.FAILED.code();
        }
        table.print(session.terminal().out(), session.terminal().shape());
        if (!page.path("next").isNull() && !page.path("next").isMissingNode()) {
            session.terminal().err().println("There are more: narrow the search, or use a larger --limit.");
        }
        return ExitStatus.OK.code();
    }

    /** Versions are sorted; a yanked one isn't what an install would choose. */
    private static String newest(JsonNode versions) {
        for (JsonNode version : versions) {
            if (!version.path("yanked").asBoolean()) {
                return version.path("version").asText();
            }
        }
        return "(yanked)";
    }
}
