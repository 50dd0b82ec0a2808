package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "host",
        description =
                "The exact package set of a host, which root held which port and device, and which services and guests"
                        + " ran, now or at a past moment.",
        footer = {
            "",
            "Examples:",
            "  cloister audit host build-1",
            "  cloister audit host build-1 --at 4711",
            "  cloister audit host build-1 --at 2026-01-31T12:00:00Z --csv"
        })
final class AuditHostVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "HOST", description = "By name or id.")
    private String host = "";

    @Option(names = "--at", paramLabel = "TIME|POSITION", description = "RFC 3339 time or position; now unless told.")
    private @Nullable String at;

    @Mixin
    private Spreadsheet spreadsheet = new Spreadsheet();

    AuditHostVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        String id = new Hosts(session).resolve(host).text();
        JsonNode answer = session.repository()
                .get(Target.of("v1", "audit", "hosts", id).with("at", at == null ? null : Moment.parse(at)));
        if (session.json()) {
            session.print(answer);
        } else if (spreadsheet.isWanted()) {
            packages(new Pseudonyms(session).named(answer))
                    .printCsv(session.terminal().out());
        } else {
            print(new Pseudonyms(session).named(answer));
        }
        return ExitStatus.OK.code();
    }

    /** One row for each package of each root. */
    private static Table packages(JsonNode answer) {
        Table table = new Table("ROOT", "ASKED", "BY", "SINCE", "PACKAGE", "VERSION", "ARCHITECTURE", "ARTIFACT");
        for (JsonNode root : answer.path("roots")) {
            for (JsonNode member : byName(root.path("packages"))) {
                table.row(
                        root.path("root").asText(),
                        root.path("name").asText() + "=" + root.path("version").asText(),
                        root.path("principal").asText(),
                        root.path("since").asText(),
                        member.path("name").asText(),
                        member.path("version").asText(),
                        member.path("architecture").asText(),
                        member.path("artifact").asText());
            }
        }
        return table;
    }

    private void print(JsonNode answer) {
        PrintStream out = session.terminal().out();
        String moment = answer.path("at").isTextual() ? ", " + answer.path("at").asText() : "";
        out.println(
                session.terminal().shape().outStyle().bold(answer.path("name").asText()) + " ("
                        + answer.path("host").asText() + ") after event "
                        + answer.path("position").asText() + moment);
        if (answer.path("roots").isEmpty()) {
            out.println("  nothing is installed");
        }
        for (JsonNode root : answer.path("roots")) {
            out.println();
            out.println(root.path("root").asText() + "  " + root.path("name").asText() + " "
                    + root.path("version").asText() + "  since event "
                    + root.path("since").asText() + ", asked for by "
                    + Table.printable(root.path("principal").asText()));
            Table table = new Table("  PACKAGE", "VERSION", "ARCHITECTURE", "ARTIFACT");
            for (JsonNode member : byName(root.path("packages"))) {
                table.row(
                        "  " + member.path("name").asText(),
                        member.path("version").asText(),
                        member.path("architecture").asText(),
                        member.path("artifact").asText());
            }
            table.print(out, session.terminal().shape());
        }
        Table held = new Table("HELD", "ROOT", "SINCE", "BY");
        for (JsonNode lease : answer.path("leases")) {
            held(
                    held,
                    lease.path("outside").asText() + " for its "
                            + lease.path("inside").asText(),
                    lease);
        }
        answer.path("devices")
                .forEach(device -> held(held, device.path("device").asText(), device));
        if (!held.isEmpty()) {
            out.println();
            held.print(out, session.terminal().shape());
        }
        Table running = running(answer);
        if (!running.isEmpty()) {
            out.println();
            running.print(out, session.terminal().shape());
        }
    }

    private Table running(JsonNode answer) {
        Table running = new Table("RUNS", "ROOT", "SINCE", "STATE");
        for (JsonNode service : answer.path("services")) {
            running.row(
                    service.path("service").asText(),
                    service.path("root").asText(),
                    spreadsheet.time(service.path("since").asText()),
                    service.path("up").asBoolean()
                            ? "up"
                            : "down"
                                    + (service.hasNonNull("detail")
                                            ? ": " + service.path("detail").asText()
                                            : ""));
        }
        for (JsonNode guest : answer.path("guests")) {
            running.row(
                    "guest " + guest.path("guest").asText(),
                    guest.path("root").asText(),
                    spreadsheet.time(guest.path("since").asText()),
                    guest.path("memory").asText() + " MiB");
        }
        return running;
    }

    private void held(Table table, String what, JsonNode of) {
        table.row(
                what,
                of.path("root").asText(),
                spreadsheet.time(of.path("since").asText()),
                Table.printable(of.path("by").asText()));
    }

    private static List<JsonNode> byName(JsonNode packages) {
        List<JsonNode> sorted = new ArrayList<>();
        packages.forEach(sorted::add);
        sorted.sort(Comparator.comparing(member -> member.path("name").asText()));
        return sorted;
    }
}
