package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Table;
import picocli.CommandLine.Command;

@Command(
        name = "mirror",
        description = "Mirrors of upstream archives.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {MirrorAddVerb.class, MirrorSyncVerb.class, MirrorVerb.ListMirrors.class},
        footer = {
            "",
            "Examples:",
            "  cloister mirror add debian --from-host-sources",
            "  cloister mirror sync debian nginx jq"
        })
final class MirrorVerb {

    @Command(name = "list", description = "List the mirrors.")
    static final class ListMirrors implements Callable<Integer> {
        private final Session session;

        ListMirrors(Session session) {
            this.session = session;
        }

        @Override
        public Integer call() throws Exception {
            JsonNode answer = session.repository().get(Target.of("v1", "mirrors"));
            if (session.json()) {
                session.print(answer);
                return ExitStatus.OK.code();
            }
            Table table = new Table(
                    "NAME", "SUITE", "COMPONENTS", "ARCHITECTURES", "FETCHES", "LISTED", "SYNCHRONIZED", "URL");
            for (JsonNode mirror : answer.path("mirrors")) {
                table.row(
                        mirror.path("name").asText(),
                        mirror.path("suite").asText(),
                        joined(mirror.path("components")),
                        joined(mirror.path("architectures")),
                        mirror.path("artifacts").asText(),
                        mirror.path("listed").asText(),
                        mirror.path("synchronizedAt").isTextual()
                                ? mirror.path("synchronizedAt").asText()
                                : "never",
                        mirror.path("url").asText());
            }
            table.print(session.terminal().out(), session.terminal().shape());
            return ExitStatus.OK.code();
        }

        private static String joined(JsonNode list) {
            List<String> words = new ArrayList<>();
            list.forEach(word -> words.add(word.asText()));
            return String.join(",", words);
        }
    }
}
