package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.control.ServiceControl.Operation;
import org.cloister.agent.control.ServiceView;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;

/** Changes services of one root through the agent, waits for what becomes of them, and shows it. */
record ServiceChange(Session session, RootName root) {
    /** Longer than any unit's own limit that is reasonable; the agent goes on after that. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /** Without {@code names}, the root's main service. Returns the exit status. */
    int make(Operation operation, List<String> names) throws CommandFailed, IOException, InterruptedException {
        List<ServiceView> views = quietly(operation, names);
        if (session.json()) {
            ArrayNode list = session.mapper().createArrayNode();
            views.forEach(view -> list.add(ServiceText.json(session.mapper(), view)));
            session.print(list);
        } else {
            views.forEach(view -> session.terminal().out().println(ServiceText.line(view)));
        }
        boolean upwards = operation == Operation.START || operation == Operation.RESTART;
        if (upwards && !views.stream().allMatch(ServiceChange::isUpOrDone)) {
            throw new CommandFailed(
                    ExitStatus.FAILED,
                    "Not every service is up.",
                    "See what it said: cloister service logs " + root + " "
                            + views.get(0).name());
        }
        return ExitStatus.OK.code();
    }

    /** The same, without a word. */
    List<ServiceView> quietly(Operation operation, List<String> names)
            throws CommandFailed, IOException, InterruptedException {
        List<ServiceName> services = MainService.orNamed(session, root, names);
        try {
            return session.agent().services().change(root, services, operation, LIMIT);
        } catch (IOException e) {
            throw new CommandFailed(
                    ExitStatus.FAILED,
                    e.getMessage() + ".",
                    "`cloister service list " + root + "` shows what " + root + " has.",
                    e);
        }
    }

    /** One that does one thing and is done has done what it was started for. */
    private static boolean isUpOrDone(ServiceView view) {
        return view.up() || (view.state().equals("down") && view.settled());
    }
}
