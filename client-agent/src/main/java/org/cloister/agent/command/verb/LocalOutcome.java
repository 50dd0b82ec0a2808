package org.cloister.agent.command.verb;

import java.time.Duration;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.terminal.Progress;
import org.cloister.agent.control.AgentControl;
import org.cloister.agent.control.Awaited;
import org.cloister.events.Position;

/** Waits for a request to this host, showing what the agent does. */
record LocalOutcome(Session session, AgentControl agent) {
    /** A desktop's closure over a slow line; after that the agent goes on and we no longer watch. */
    private static final Duration LIMIT = Duration.ofHours(2);

    Awaited await(Position request) throws InterruptedException {
        try (Progress shown = session.progress()) {
            return agent.await(request, step -> show(shown, step), LIMIT);
        }
    }

    /** What was asked for before may still be on its way. */
    void awaitPending() throws InterruptedException {
        for (Position request : agent.status().pending()) {
            await(request);
        }
    }

    static void show(Progress shown, org.cloister.agent.control.Progress step) {
        String label = step.detail().isEmpty() ? step.step() : step.step() + " " + step.detail();
        if (step.unit().equals("bytes")) {
            shown.bytes(label, step.done(), step.total());
        } else {
            shown.things(label, step.done(), step.total());
        }
    }
}
