package org.cloister.agent.command.verb;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.terminal.Quantity;
import org.cloister.events.RootName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "reset",
        description = "Discard what was written in a root, all of it or below some paths.",
        footer = {"", "Examples:", "  cloister reset nginx", "  cloister reset nginx /etc/nginx /var/log"})
final class ResetVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(index = "0", paramLabel = "ROOT", description = "The root.")
    private String root = "";

    @Parameters(index = "1..*", paramLabel = "PATH", description = "As seen in the root; everything unless told.")
    private List<String> paths = List.of();

    @Option(
            names = {"-y", "--yes"},
            description = "Don't ask back; only a person at a terminal is asked.")
    private boolean yes;

    ResetVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        RootName name = PresentRoot.of(session, root);
        requireMeant();
        long removed = session.agent().reset(name, Paths.relative(paths));
        if (session.json()) {
            session.print(session.mapper().createObjectNode().put("root", root).put("removed", removed));
        } else {
            session.terminal().out().println(root + ": " + Quantity.count(removed, "change") + " discarded.");
        }
        return ExitStatus.OK.code();
    }

    /** There is no way back from discarding everything, so a person says it twice. */
    private void requireMeant() throws CommandFailed, IOException {
        if (yes || !paths.isEmpty() || !session.terminal().shape().outIsTerminal()) {
            return;
        }
        int changes = session.agent().diff(new RootName(root)).size();
        if (changes > 0) {
            throw new CommandFailed(
                    ExitStatus.USAGE,
                    "This would discard all " + Quantity.count(changes, "change") + " in " + root + " for good.",
                    "`cloister diff " + root + "` lists them; to discard them: cloister reset " + root + " --yes");
        }
    }
}
