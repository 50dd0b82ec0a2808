package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import org.cloister.agent.command.Session;
import org.cloister.events.DistributionName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "promote",
        description = {
            "Give one distribution what another one has, at once.",
            "It follows nothing of its own from then on, until it is defined again."
        },
        footer = {
            "",
            "Examples:",
            "  cloister distribution promote testing stable",
            "  cloister distribution promote testing stable --at 4711"
        })
final class DistributionPromoteVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(index = "0", paramLabel = "FROM", description = "Whose packages.")
    private String from = "";

    @Parameters(index = "1", paramLabel = "TO", description = "Which gets them.")
    private String to = "";

    @Option(names = "--at", paramLabel = "POSITION", description = "The state of FROM; as it is now unless told.")
    private @Nullable Long at;

    DistributionPromoteVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        ObjectNode body = session.mapper().createObjectNode().put("from", new DistributionName(from).text());
        if (at != null) {
            body.put("asOf", at);
        }
        return new DistributionChange(session, new DistributionName(to))
                .ask("promotions", body, "has what " + from + " has");
    }
}
