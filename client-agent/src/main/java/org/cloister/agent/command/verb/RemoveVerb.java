package org.cloister.agent.command.verb;

import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "remove",
        description = "Remove roots.",
        footer = {"", "Examples:", "  cloister remove nginx", "  cloister remove hello hello-old --host build-1"})
final class RemoveVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(arity = "1..*", paramLabel = "ROOT", description = "What to remove.")
    private List<String> roots = List.of();

    @Mixin
    private Changing changing = new Changing();

    RemoveVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        return changing.ask(session, "removals", roots, "removed");
    }
}
