package org.cloister.agent.command.verb;

import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "rollback",
        description = "Bring roots back to what they were before their last change.",
        footer = {"", "Examples:", "  cloister rollback nginx", "  cloister rollback nginx --host build-1"})
final class RollbackVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(arity = "1..*", paramLabel = "ROOT", description = "What to bring back.")
    private List<String> roots = List.of();

    @Mixin
    private Changing changing = new Changing();

    RollbackVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        return changing.ask(session, "rollbacks", roots, "as it was before");
    }
}
