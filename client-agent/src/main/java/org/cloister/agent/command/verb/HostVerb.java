package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "host",
        description = "The hosts of the organization.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {HostVerb.ListHosts.class, HostVerb.Show.class, HostVerb.Retire.class},
        footer = {"", "Examples:", "  cloister host list", "  cloister host show build-1"})
final class HostVerb {

    @Command(name = "list", description = "List the hosts.")
    static final class ListHosts implements Callable<Integer> {
        private final Session session;

        ListHosts(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            JsonNode answer = session.repositoryOfCaller().get(Target.of("v1", "hosts"));
            if (session.json()) {
                session.print(answer);
                return ExitStatus.OK.code();
            }
            Table table = new Table("HOST", "NAME", "ROOTS", "LAST REPORT", "STATE");
            for (JsonNode host : answer.path("hosts")) {
                table.row(
                        host.path("host").asText(),
                        host.path("name").asText(),
                        host.path("roots").asText(),
                        host.path("lastReportAt").asText("-").replace("null", "-"),
                        host.path("retired").asBoolean() ? "retired" : "enrolled");
            }
            table.print(session.terminal().out(), session.terminal().shape());
            return ExitStatus.OK.code();
        }
    }

    @Command(
            name = "show",
            description = "Show a host and its roots.",
            footer = {"", "Examples:", "  cloister host show build-1"})
    static final class Show implements Callable<Integer> {
        private final Session session;

        @Parameters(paramLabel = "HOST", description = "By name or id.")
        private String host = "";

        Show(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            JsonNode answer = session.repository()
                    .get(Target.of(
                            "v1", "hosts", new Hosts(session).resolve(host).text()));
            if (session.json()) {
                session.print(answer);
                return ExitStatus.OK.code();
            }
            PrintStream out = session.terminal().out();
            out.println(session.terminal()
                            .shape()
                            .outStyle()
                            .bold(answer.path("name").asText()) + "  "
                    + answer.path("host").asText() + (answer.path("retired").asBoolean() ? "  retired" : ""));
            out.println("  enrolled   " + answer.path("enrolledAt").asText());
            out.println("  position   " + answer.path("position").asText());
            out.println("  generation " + answer.path("generation").asText("-"));
            Table table = new Table("ROOT", "PACKAGE", "VERSION", "STATE", "REASON");
            for (JsonNode root : answer.path("roots")) {
                table.row(
                        root.path("root").asText(),
                        root.path("name").asText(),
                        root.path("version").asText(),
                        root.path("state").asText(),
                        root.path("reason").isTextual() ? root.path("reason").asText() : "");
            }
            table.print(out, session.terminal().shape());
            return ExitStatus.OK.code();
        }
    }

    @Command(
            name = "retire",
            description = "A host is gone: it may no longer report, and its tokens end.",
            footer = {"", "Examples:", "  cloister host retire build-1 --reason \"sold\""})
    static final class Retire implements Callable<Integer> {
        private final Session session;

        @Parameters(paramLabel = "HOST", description = "By name or id.")
        private String host = "";

        @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; it is recorded.")
        private String reason = "";

        Retire(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            String id = new Hosts(session).resolve(host).text();
            JsonNode answer = session.repositoryOfCaller()
                    .post(
                            Target.of("v1", "hosts", id, "retirement"),
                            session.mapper().createObjectNode().put("reason", reason));
            if (session.json()) {
                session.print(answer);
            } else {
                session.terminal()
                        .out()
                        .println(host + " is retired as of position "
                                + answer.path("position").asText() + ".");
            }
            return ExitStatus.OK.code();
        }
    }
}
