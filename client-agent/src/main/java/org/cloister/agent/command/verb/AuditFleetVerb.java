package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "fleet",
        description = {
            "Which hosts are behind or silent, and how new what the mirrors have is.",
            "OPEN is what a host was asked and hasn't answered, OUTDATED the roots for whose package something newer"
                    + " is published. SEEN is when it last came to the repository, since that was started. REMARKS tells"
                    + " of clocks that are wrong by a minute or more, and of hosts whose reports repeat their numbers:"
                    + " once where an agent lost its state, again and again where another machine has the same key."
        },
        footer = {
            "",
            "Examples:",
            "  cloister audit fleet --behind",
            "  cloister audit fleet --silent 24      not heard of for a day",
            "  cloister audit fleet --csv"
        })
final class AuditFleetVerb implements Callable<Integer> {
    /** Less may be the way of the request. */
    private static final Duration WRONG_CLOCK = Duration.ofMinutes(1);

    private final Session session;

    @Option(names = "--behind", description = "Only those with something open, outdated or damaged.")
    private boolean behind;

    @Option(names = "--silent", paramLabel = "HOURS", description = "Only those that weren't heard of for so long.")
    private @Nullable Integer silent;

    @Mixin
    private Spreadsheet spreadsheet = new Spreadsheet();

    AuditFleetVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        JsonNode answer = session.repositoryOfCaller().get(Target.of("v1", "audit", "hosts"));
        if (!(answer instanceof ObjectNode fleet)) {
            throw new IOException("the repository's answer is no object");
        }
        List<JsonNode> wanted = new ArrayList<>();
        fleet.path("hosts").forEach(host -> {
            if (isWanted(host)) {
                wanted.add(host);
            }
        });
        if (session.json()) {
            ArrayNode hosts = fleet.putArray("hosts");
            wanted.forEach(hosts::add);
            session.print(fleet);
            return ExitStatus.OK.code();
        }
        Table table = new Table("HOST", "ID", "REPORTED", "SEEN", "OPEN", "SINCE", "DAMAGED", "OUTDATED", "REMARKS");
        wanted.forEach(host -> row(table, host));
        spreadsheet.print(session, table, "No host is like that.");
        if (!spreadsheet.isWanted()) {
            mirrors(fleet.path("mirrors"));
        }
        return ExitStatus.OK.code();
    }

    private boolean isWanted(JsonNode host) {
        boolean isBehind = host.path("open").asInt() > 0
                || host.path("damaged").asInt() > 0
                || !host.path("outdated").isEmpty();
        return (!behind || isBehind) && (silent == null || isSilent(host, Duration.ofHours(silent)));
    }

    private boolean isSilent(JsonNode host, Duration patience) {
        Instant limit = session.clock().instant().minus(patience);
        return host.path("retiredAt").isNull()
                && Stream.of("lastReportAt", "seenAt")
                        .filter(host::hasNonNull)
                        .map(field -> Instant.parse(host.path(field).asText()))
                        .noneMatch(limit::isBefore);
    }

    private void row(Table table, JsonNode host) {
        List<String> outdated = new ArrayList<>();
        host.path("outdated")
                .forEach(root -> outdated.add(root.path("root").asText() + " "
                        + root.path("version").asText() + " < "
                        + root.path("newest").asText()));
        String retired = host.hasNonNull("retiredAt") ? " (retired)" : "";
        table.row(
                host.path("name").asText() + retired,
                host.path("host").asText(),
                time(host, "lastReportAt"),
                time(host, "seenAt"),
                host.path("open").asText(),
                time(host, "waitingSince"),
                host.path("damaged").asText(),
                String.join(", ", outdated),
                remarks(host));
    }

    private static String remarks(JsonNode host) {
        List<String> remarks = new ArrayList<>();
        Duration ahead = Duration.ofSeconds(host.path("clockAheadSeconds").asLong());
        if (ahead.abs().compareTo(WRONG_CLOCK) >= 0) {
            remarks.add("clock " + clock(ahead.abs()) + (ahead.isNegative() ? " behind" : " ahead"));
        }
        int repeated = host.path("repeatedSequences").asInt();
        if (repeated > 0) {
            remarks.add("numbers of reports repeated " + (repeated == 1 ? "once" : repeated + " times"));
        }
        return String.join(", ", remarks);
    }

    /** In its largest unit. */
    private static String clock(Duration wrong) {
        long days = wrong.toDays();
        if (days > 0) {
            return days + (days == 1 ? " day" : " days");
        }
        return wrong.toHours() > 0 ? wrong.toHours() + " h" : wrong.toMinutes() + " min";
    }

    private void mirrors(JsonNode mirrors) {
        Table table = new Table("MIRROR", "SUITE", "INRELEASE OF", "SYNCHRONIZED", "FAILURE");
        for (JsonNode mirror : mirrors) {
            table.row(
                    mirror.path("name").asText(),
                    mirror.path("suite").asText(),
                    time(mirror, "date"),
                    time(mirror, "synchronizedAt"),
                    mirror.hasNonNull("failure") ? mirror.path("failure").asText() : "");
        }
        if (!table.isEmpty()) {
            session.terminal().out().println();
            table.print(session.terminal().out(), session.terminal().shape());
        }
    }

    private String time(JsonNode of, String field) {
        String absent = spreadsheet.isWanted() ? "" : "-";
        return of.hasNonNull(field) ? spreadsheet.time(of.path(field).asText()) : absent;
    }
}
