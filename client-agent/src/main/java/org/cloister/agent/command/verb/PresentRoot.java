package org.cloister.agent.command.verb;

import java.util.List;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.control.InstalledRoot;
import org.cloister.events.RootName;

/** A root that a person names. */
final class PresentRoot {
    private static final int NAMED = 8;

    private PresentRoot() {}

    /** @throws CommandFailed if this machine has no root of that name; tells which it has */
    static RootName of(Session session, String name) throws CommandFailed {
        RootName root = new RootName(name);
        List<InstalledRoot> present = session.agent().roots();
        if (present.stream().anyMatch(one -> one.root().equals(root))) {
            return root;
        }
        List<String> names =
                present.stream().map(one -> one.root().text()).limit(NAMED).toList();
        throw new CommandFailed(
                ExitStatus.FAILED,
                "There is no root " + name + " here.",
                names.isEmpty()
                        ? "Nothing is installed: cloister install " + name
                        : "Here are " + String.join(", ", names) + (present.size() > NAMED ? " …" : "")
                                + "; `cloister list` shows all. To have it: cloister install " + name);
    }
}
