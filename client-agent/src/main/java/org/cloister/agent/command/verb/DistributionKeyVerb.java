package org.cloister.agent.command.verb;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import picocli.CommandLine.Command;

@Command(
        name = "key",
        description = "The public key that signs distributions, for apt's signed-by.",
        footer = {"", "Examples:", "  cloister distribution key > /usr/share/keyrings/cloister.asc"})
final class DistributionKeyVerb implements Callable<Integer> {
    private final Session session;

    DistributionKeyVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        String key = new String(session.repository().bytes(Target.of("apt", "key.asc")), StandardCharsets.US_ASCII);
        if (session.json()) {
            session.print(session.mapper().createObjectNode().put("key", key));
        } else {
            session.terminal().out().print(key);
        }
        return ExitStatus.OK.code();
    }
}
