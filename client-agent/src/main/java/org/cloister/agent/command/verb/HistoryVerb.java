package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Table;
import org.cloister.events.Principal;
import org.cloister.events.deb.PackageName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "history",
        description = "Who did what, newest first.",
        footer = {
            "",
            "Examples:",
            "  cloister history --package nginx",
            "  cloister history --host build-1 --limit 20",
            "  cloister history --principal alice --at 2026-01-31 --csv",
            "  cloister history --person \"Alice Example\"",
            "  cloister history --after 4711      what came before that position"
        })
final class HistoryVerb implements Callable<Integer> {
    private final Session session;

    @Option(names = "--host", paramLabel = "HOST", description = "What concerns this host, by name or id.")
    private @Nullable String host;

    @Option(names = "--package", paramLabel = "NAME", description = "What concerns this package.")
    private @Nullable String packageName;

    @Option(names = "--principal", paramLabel = "WHO", description = "What this one asked for.")
    private @Nullable String principal;

    @Option(names = "--person", paramLabel = "NAME", description = "What the person of this name asked for.")
    private @Nullable String person;

    @Option(names = "--at", paramLabel = "TIME|POSITION", description = "Up to then; now unless told.")
    private @Nullable String at;

    @Option(names = "--after", paramLabel = "POSITION", description = "The next page, as the page before says.")
    private @Nullable Long after;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "At most so many (${DEFAULT-VALUE}).")
    private int limit;

    @Mixin
    private Spreadsheet spreadsheet = new Spreadsheet();

    HistoryVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        if (principal != null && person != null) {
            throw new CommandFailed(ExitStatus.USAGE, "--principal and --person both say who.", "Say one of them.");
        }
        Principal by = principal != null
                ? new Principal(principal)
                : person != null ? new Pseudonyms(session).called(person).principal() : null;
        Target target = Target.of("v1", "audit", "history")
                .with("host", host == null ? null : new Hosts(session).resolve(host))
                .with("package", packageName == null ? null : new PackageName(packageName))
                .with("principal", by)
                .with("at", at == null ? null : Moment.parse(at))
                .with("after", after)
                .with("limit", limit);
        JsonNode page = session.repositoryOfCaller().get(target);
        if (session.json()) {
            session.print(page);
            return ExitStatus.OK.code();
        }
        spreadsheet.print(
                session,
                entries(new Pseudonyms(session).named(page.path("entries")), spreadsheet),
                "Nothing of that is recorded.");
        if (page.path("next").isNumber()) {
            session.terminal()
                    .err()
                    .println("Earlier: --after " + page.path("next").asText());
        }
        return ExitStatus.OK.code();
    }

    /** What happened, one line each; for a spreadsheet with what ties them. */
    static Table entries(JsonNode entries, Spreadsheet spreadsheet) {
        boolean all = spreadsheet.isWanted();
        Table table = all
                ? new Table("POSITION", "TIME", "WHO", "CORRELATION", "STREAM", "TYPE", "WHAT")
                : new Table("POSITION", "TIME", "WHO", "WHAT");
        for (JsonNode entry : entries) {
            String position = entry.path("position").asText();
            String time = spreadsheet.time(entry.path("at").asText());
            String who = entry.path("principal").asText();
            String what = entry.path("summary").asText();
            if (all) {
                table.row(
                        position,
                        time,
                        who,
                        entry.path("correlation").asText(),
                        entry.path("stream").asText(),
                        entry.path("type").asText(),
                        what);
            } else {
                table.row(position, time, who, what);
            }
        }
        return table;
    }
}
