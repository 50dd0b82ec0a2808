package org.cloister.agent.command.verb;

import java.util.concurrent.Callable;
import org.cloister.agent.command.Session;
import org.cloister.events.DistributionName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "rollback",
        description = {
            "Give a distribution what it had at a position.",
            "It follows nothing from then on, until it is defined again. What was yanked since stays away."
        },
        footer = {"", "Examples:", "  cloister distribution rollback stable --to 4711 --reason \"breaks the login\""})
final class DistributionRollbackVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "NAME", description = "The distribution.")
    private String name = "";

    @Option(names = "--to", required = true, paramLabel = "POSITION", description = "As `show` lists its states.")
    private long to;

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; it is recorded.")
    private String reason = "";

    DistributionRollbackVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        return new DistributionChange(session, new DistributionName(name))
                .ask(
                        "rollbacks",
                        session.mapper().createObjectNode().put("to", to).put("reason", reason),
                        "has what it had at " + to);
    }
}
