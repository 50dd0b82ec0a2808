package org.cloister.agent.command.verb;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.terminal.Quantity;
import org.cloister.events.RootName;
import picocli.CommandLine.Command;
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

    ResetVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        long removed = session.agent().reset(new RootName(root), relative());
        if (session.json()) {
            session.print(session.mapper().createObjectNode().put("root", root).put("removed", removed));
        } else {
            session.terminal().out().println(root + ": " + Quantity.count(removed, "change") + " discarded.");
        }
        return ExitStatus.OK.code();
    }

    private List<String> relative() throws CommandFailed {
        List<String> relative = new ArrayList<>();
        for (String path : paths) {
            String inside = path.replaceAll("/+", "/").replaceAll("^/|/$", "");
            if (inside.isEmpty() || List.of(inside.split("/")).contains("..")) {
                throw new CommandFailed(
                        ExitStatus.USAGE,
                        "\"" + path + "\" is no path below the root.",
                        "Name paths as they are seen in the root, or none to discard everything.");
            }
            relative.add(inside);
        }
        return relative;
    }
}
