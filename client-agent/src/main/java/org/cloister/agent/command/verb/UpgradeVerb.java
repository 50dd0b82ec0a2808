package org.cloister.agent.command.verb;

import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "upgrade",
        description = "Bring roots to the newest published versions.",
        footer = {"", "Examples:", "  cloister upgrade              all roots", "  cloister upgrade nginx jq"})
final class UpgradeVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(arity = "0..*", paramLabel = "ROOT", description = "What to upgrade; all roots where none is named.")
    private List<String> roots = List.of();

    @Mixin
    private Changing changing = new Changing();

    UpgradeVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        return changing.ask(session, "upgrades", roots, "upgraded");
    }
}
