package org.cloister.agent.command.verb;

import java.io.IOException;
import java.util.List;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.control.ServiceView;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;

/** The service that a root is meant by: that of its package's name, or the only one that can be meant. */
final class MainService {
    private MainService() {}

    /** The services of these names; without any, the root's main one. */
    static List<ServiceName> orNamed(Session session, RootName root, List<String> names)
            throws CommandFailed, IOException, InterruptedException {
        return names.isEmpty()
                ? List.of(of(session, root, session.agent().services().services(root)))
                : names.stream().map(ServiceName::parse).toList();
    }

    /** @throws CommandFailed if there is none, or several are as good */
    static ServiceName of(Session session, RootName root, List<ServiceView> views) throws CommandFailed {
        List<ServiceView> own = views.stream()
                .filter(view -> view.own() && !view.masked() && !view.name().isTemplate())
                .toList();
        String requested = session.agent().roots().stream()
                .filter(one -> one.root().equals(root))
                .map(one -> one.requested().name().text())
                .findFirst()
                .orElse("");
        for (ServiceView view : own) {
            if (view.name().text().equals(requested) || view.name().text().equals(root.text())) {
                return view.name();
            }
        }
        List<ServiceView> candidates =
                own.size() > 1 ? own.stream().filter(ServiceView::installable).toList() : own;
        if (candidates.size() == 1) {
            return candidates.get(0).name();
        }
        if (own.isEmpty()) {
            throw new CommandFailed(
                    ExitStatus.FAILED,
                    "Nothing of " + root + " runs in the background.",
                    "`cloister service list --all " + root + "` shows what other packages in there have.");
        }
        throw new CommandFailed(
                ExitStatus.USAGE,
                "Which service of " + root + "?",
                "Name one of "
                        + String.join(
                                ", ",
                                (candidates.isEmpty() ? own : candidates)
                                        .stream()
                                                .map(view -> view.name().text())
                                                .toList())
                        + ".");
    }
}
