package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Table;
import org.cloister.events.Principal;
import org.cloister.events.RequestId;
import org.cloister.events.Role;
import org.cloister.events.TokenId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "token",
        description = "Who may do what. Only administrators may.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {TokenVerb.Issue.class, TokenVerb.Revoke.class, TokenVerb.ListTokens.class},
        footer = {
            "",
            "Roles: reader, publisher, agent, builder, operator, auditor, administrator.",
            "",
            "Examples:",
            "  cloister token issue \"Alice Example\" --person --role operator --expires-in 90d",
            "  cloister token revoke 3f9a0c1b2d --reason \"left\""
        })
final class TokenVerb {

    @Command(
            name = "issue",
            description = "Issue a token. It is shown once.",
            footer = {
                "",
                "Examples:",
                "  cloister token issue \"Alice Example\" --person --role operator",
                "  cloister token issue agents --role agent --role builder --json | jq -r .token"
            })
    static final class Issue implements Callable<Integer> {
        private final Session session;

        @ArgGroup(multiplicity = "1")
        private Holder holder = new Holder();

        /** Two ways to say the same. */
        static final class Holder {
            @Parameters(paramLabel = "WHO", description = "The principal that the record will name.")
            private @Nullable String who;

            @Option(names = "--principal", paramLabel = "WHO", description = "The same, for scripts.")
            private @Nullable String principal;

            String name() {
                return who != null ? who : String.valueOf(principal);
            }
        }

        @Option(
                names = "--person",
                description =
                        "WHO is a person's name: the record has a pseudonym, and `cloister person erase` can make it"
                                + " nobody's.")
        private boolean person;

        @Option(names = "--role", required = true, paramLabel = "ROLE", split = ",", description = "What it may do.")
        private List<String> roles = List.of();

        @Option(names = "--host", paramLabel = "HOST", description = "The only host that it may speak for.")
        private @Nullable String host;

        @Option(names = "--expires-in", paramLabel = "TIME", description = "Such as 12h or 90d; never unless told.")
        private @Nullable String lifetime;

        Issue(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            String who = holder.name();
            ObjectNode body = session.mapper().createObjectNode();
            if (person) {
                body.put("person", who);
            } else {
                body.put("principal", new Principal(who).text());
            }
            ArrayNode list = body.putArray("roles");
            roles.forEach(role -> list.add(Role.parse(role).text()));
            if (host != null) {
                body.put("host", new Hosts(session).resolve(host).text());
            }
            if (lifetime != null) {
                Instant end = session.clock().instant().plus(lifetime(lifetime));
                body.put("expires", end.truncatedTo(ChronoUnit.SECONDS).toString());
            }
            JsonNode issued = session.repositoryOfCaller().post(Target.of("v1", "tokens"), body);
            if (session.json()) {
                session.print(issued);
            } else {
                session.terminal().out().println(issued.path("token").asText());
                session.terminal()
                        .err()
                        .println("Token " + issued.path("id").asText() + " for " + who
                                + ". It is shown this once: put it where only " + who + " can read it.");
                session.terminal()
                        .err()
                        .println(
                                person
                                        ? "The record says "
                                                + issued.path("principal").asText() + "."
                                        : "The record says " + who
                                                + " for ever. Is that a person's name? With --person it can be"
                                                + " erased.");
            }
            return ExitStatus.OK.code();
        }

        private static Duration lifetime(String text) throws CommandFailed {
            if (text.matches("[1-9][0-9]{0,4}[hd]")) {
                long number = Long.parseLong(text.substring(0, text.length() - 1));
                return text.endsWith("h") ? Duration.ofHours(number) : Duration.ofDays(number);
            }
            throw new CommandFailed(
                    ExitStatus.USAGE, "Not a time: " + text + ".", "Hours or days, such as 12h or 90d.");
        }
    }

    @Command(
            name = "revoke",
            description = "A token opens nothing any more.",
            footer = {"", "Examples:", "  cloister token revoke 3f9a0c1b2d --reason \"lost a laptop\""})
    static final class Revoke implements Callable<Integer> {
        private final Session session;

        @Parameters(paramLabel = "ID", description = "As `cloister token list` shows it.")
        private String id = "";

        @Option(names = "--reason", paramLabel = "TEXT", description = "Why; it is recorded.")
        private @Nullable String reason;

        Revoke(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            Target target = Target.of("v1", "tokens", new TokenId(id).text()).with("reason", reason);
            session.repositoryOfCaller()
                    .delete(target, new RequestId(UUID.randomUUID().toString()));
            if (session.json()) {
                session.print(session.mapper().createObjectNode().put("revoked", id));
            } else {
                session.terminal().out().println("Token " + id + " is revoked.");
            }
            return ExitStatus.OK.code();
        }
    }

    @Command(name = "list", description = "List the tokens, without their secrets.")
    static final class ListTokens implements Callable<Integer> {
        private final Session session;

        ListTokens(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            JsonNode answer = session.repositoryOfCaller().get(Target.of("v1", "tokens"));
            if (session.json()) {
                session.print(answer);
                return ExitStatus.OK.code();
            }
            answer = new Pseudonyms(session).named(answer);
            Table table = new Table("ID", "PRINCIPAL", "ROLES", "HOST", "EXPIRES", "STATE");
            for (JsonNode token : answer.path("tokens")) {
                List<String> roles = new java.util.ArrayList<>();
                token.path("roles").forEach(role -> roles.add(role.asText()));
                table.row(
                        token.path("id").asText(),
                        token.path("principal").asText(),
                        String.join(",", roles),
                        or(token.path("host"), "-"),
                        or(token.path("expires"), "never"),
                        token.path("revoked").asBoolean() ? "revoked" : "valid");
            }
            table.print(session.terminal().out(), session.terminal().shape());
            return ExitStatus.OK.code();
        }

        private static String or(JsonNode value, String otherwise) {
            return value.isTextual() ? value.asText() : otherwise;
        }
    }
}
