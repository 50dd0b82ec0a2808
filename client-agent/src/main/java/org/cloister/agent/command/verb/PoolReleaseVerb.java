package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.events.HoldName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "release",
        description = "Release a hold: what it was on is kept no longer than all else.",
        footer = {"", "Examples:", "  cloister pool release case-7 --reason \"the case is closed\""})
final class PoolReleaseVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "NAME", description = "The hold.")
    private String name = "";

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; it is recorded.")
    private String reason = "";

    PoolReleaseVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        JsonNode answer = session.repositoryOfCaller()
                .post(
                        Target.of("v1", "pool", "holds", new HoldName(name).text(), "release"),
                        session.mapper().createObjectNode().put("reason", reason));
        if (session.json()) {
            session.print(answer);
        } else {
            session.terminal().out().println("Hold " + name + " is released.");
        }
        return ExitStatus.OK.code();
    }
}
