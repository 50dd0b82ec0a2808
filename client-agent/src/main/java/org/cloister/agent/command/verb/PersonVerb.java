package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.RepositoryApi;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Table;
import org.cloister.events.PersonId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "person",
        description = {
            "The people behind the pseudonyms, and how one of them is erased.",
            "`cloister token issue NAME --person` makes a person: the record has a pseudonym, and the name is under a"
                    + " key."
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {PersonVerb.ListPeople.class, PersonVerb.Erase.class},
        footer = {
            "",
            "Examples:",
            "  cloister person list",
            "  cloister person erase \"Alice Example\" --reason \"has left\" --yes"
        })
final class PersonVerb {

    @Command(
            name = "list",
            description = "List the people. Auditors and administrators may.",
            footer = {
                "",
                "Examples:",
                "  cloister person list",
                "  cloister person list --json | jq '.people[] | .name'"
            })
    static final class ListPeople implements Callable<Integer> {
        private final Session session;

        @Mixin
        private Spreadsheet spreadsheet = new Spreadsheet();

        ListPeople(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            RepositoryApi repository = session.repositoryOfCaller();
            ObjectNode all = session.mapper().createObjectNode();
            ArrayNode people = all.putArray("people");
            JsonNode page = repository.get(Target.of("v1", "people"));
            page.path("people").forEach(people::add);
            while (page.path("next").isTextual()) {
                page = repository.get(Target.of("v1", "people")
                        .with("after", page.path("next").asText()));
                page.path("people").forEach(people::add);
            }
            if (session.json()) {
                session.print(all);
                return ExitStatus.OK.code();
            }
            Table table = new Table("PERSON", "PSEUDONYM", "SINCE", "STATE");
            for (JsonNode person : people) {
                table.row(
                        Pseudonyms.name(person),
                        person.path("principal").asText(),
                        spreadsheet.time(person.at("/registered/at").asText()),
                        state(person));
            }
            spreadsheet.print(session, table, "Nobody is registered as a person.");
            return ExitStatus.OK.code();
        }

        private String state(JsonNode person) {
            if (person.path("erased").isObject()) {
                return "erased " + spreadsheet.time(person.at("/erased/at").asText()) + ": "
                        + person.at("/erased/reason").asText();
            }
            return person.path("name").isTextual() ? "named" : "the key is lost";
        }
    }

    @Command(
            name = "erase",
            description = {
                "End a person's access, and destroy the key of their name. There is no way back.",
                "What they did stays on record under the pseudonym, and every proof of it stays valid. Only"
                        + " administrators may."
            },
            footer = {
                "",
                "Examples:",
                "  cloister person erase \"Alice Example\" --reason \"has left\" --yes",
                "  cloister person erase person/0f0e0d0c0b0a09080706050403020100 --reason \"asked for it\" --yes"
            })
    static final class Erase implements Callable<Integer> {
        private final Session session;

        @Parameters(paramLabel = "WHO", description = "The name, or the pseudonym.")
        private String who = "";

        @Option(
                names = "--reason",
                required = true,
                paramLabel = "TEXT",
                description = "Why; it is recorded, so don't name them.")
        private @Nullable String reason;

        @Option(
                names = {"-y", "--yes"},
                description = "Don't ask back; only a person at a terminal is asked.")
        private boolean yes;

        Erase(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            if (!yes && session.terminal().shape().outIsTerminal()) {
                throw new CommandFailed(
                        ExitStatus.USAGE,
                        "Nobody could tell any more who this was, and nothing brings that back.",
                        "If that is meant, say the same with --yes.");
            }
            ObjectNode body = session.mapper().createObjectNode();
            Matcher pseudonym = PersonId.pseudonyms().matcher(who);
            if (pseudonym.matches()) {
                body.put("person", who.substring(who.indexOf('/') + 1));
            } else {
                body.put("name", who);
            }
            JsonNode erased = session.repositoryOfCaller()
                    .post(Target.of("v1", "people", "erasures"), body.put("reason", reason));
            if (session.json()) {
                session.print(erased);
            } else {
                session.terminal()
                        .out()
                        .println("Erased. The record says "
                                + erased.path("principal").asText() + ", and nobody can tell who that was.");
                session.terminal()
                        .err()
                        .println("Backups of the database and of the people-key bring the name back together: see"
                                + " \"People\" in docs/access.md.");
            }
            return ExitStatus.OK.code();
        }
    }
}
