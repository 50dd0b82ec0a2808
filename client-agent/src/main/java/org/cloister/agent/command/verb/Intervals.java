package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.RepositoryApi;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who had what from when to when: what is chosen, all of its pages, and how they are shown. */
final class Intervals {
    /** Of one request; the repository sends no more. */
    private static final int PAGE = 10_000;

    @Option(names = "--at", paramLabel = "TIME|POSITION", description = "As it was known then; now unless told.")
    private @Nullable String at;

    @Option(names = "--lasting", description = "Only what had not ended by then.")
    private boolean lasting;

    @Mixin
    private Spreadsheet spreadsheet = new Spreadsheet();

    /** Makes the question, without what is the same in all. */
    interface Question {
        Target target();
    }

    /** A column beside those that all have. */
    record Column(String heading, Function<JsonNode, String> cell) {}

    /** Asks until the last page and shows it. */
    void show(Session session, Question question, Column... more)
            throws CommandFailed, IOException, InterruptedException {
        ObjectNode all = all(session, question);
        if (session.json()) {
            session.print(all);
        } else {
            spreadsheet.print(
                    session,
                    table(new Pseudonyms(session).named(all.path("intervals")), List.of(more)),
                    "No host had it.");
        }
    }

    /** One answer of all pages, which are as of the same position. */
    private ObjectNode all(Session session, Question question) throws CommandFailed, IOException, InterruptedException {
        RepositoryApi repository = session.repositoryOfCaller();
        String moment = at == null ? null : Moment.parse(at);
        ObjectNode all = page(repository, question, moment, 0);
        ArrayNode intervals = (ArrayNode) all.path("intervals");
        JsonNode next = all.path("next");
        while (next.isNumber()) {
            JsonNode more = page(repository, question, all.path("asOf").asText(), next.asInt());
            more.path("intervals").forEach(intervals::add);
            next = more.path("next");
        }
        all.remove("next");
        return all;
    }

    private ObjectNode page(RepositoryApi repository, Question question, @Nullable String moment, int after)
            throws IOException, InterruptedException {
        JsonNode page = repository.get(question.target()
                .with("at", moment)
                .with("lasting", lasting ? true : null)
                .with("after", after)
                .with("limit", PAGE));
        if (page instanceof ObjectNode object && page.path("intervals").isArray()) {
            return object;
        }
        throw new IOException("the repository's answer has no intervals");
    }

    private Table table(JsonNode intervals, List<Column> more) {
        List<Column> columns = new ArrayList<>(List.of(
                text("HOST", "hostName"),
                text("ID", "host"),
                text("ROOT", "root"),
                text("PACKAGE", "name"),
                text("VERSION", "version"),
                text("ARCHITECTURE", "architecture"),
                new Column("FROM", interval -> time(interval.path("from"))),
                new Column("UNTIL", interval -> time(interval.path("until"))),
                text("ENDING", "ending"),
                text("ASKED", "requested"),
                text("BY", "by")));
        columns.addAll(more);
        Table table = new Table(columns.stream().map(Column::heading).toArray(String[]::new));
        for (JsonNode interval : intervals) {
            table.row(columns.stream()
                    .map(column -> column.cell().apply(interval))
                    .toArray(String[]::new));
        }
        return table;
    }

    /** A field as it is; empty where there is none. */
    static Column text(String heading, String field) {
        return new Column(
                heading,
                interval -> interval.hasNonNull(field) ? interval.path(field).asText() : "");
    }

    private String time(JsonNode mark) {
        if (!mark.isObject()) {
            return spreadsheet.isWanted() ? "" : "now";
        }
        return spreadsheet.time(mark.path("at").asText());
    }
}
