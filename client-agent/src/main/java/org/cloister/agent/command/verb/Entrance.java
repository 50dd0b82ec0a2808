package org.cloister.agent.command.verb;

import java.util.List;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.control.Launch;
import org.cloister.agent.control.LaunchRequest;
import org.cloister.events.RootName;

/** The way into a root: the client becomes what the agent says. */
record Entrance(Session session) {
    int enter(String root, List<String> command, LaunchRequest.Home home, IsolationChoice isolation)
            throws CommandFailed {
        LaunchRequest request = new LaunchRequest(
                new RootName(root),
                command,
                session.caller().directory().toString(),
                session.caller().user(),
                home);
        if (isolation.isGuest()) {
            return become(session.agent()
                    .launchGuest(request, isolation.options(session.caller().directory())));
        }
        isolation.refuseChoicesOfGuests();
        return become(session.agent().launch(request));
    }

    /** The client becomes what {@code launch} says. */
    int become(Launch launch) throws CommandFailed {
        if (launch instanceof Launch.Ready ready) {
            session.terminal().replaceWith(ready.argv());
            return ExitStatus.OK.code();
        }
        if (launch instanceof Launch.Refused refused) {
            throw new CommandFailed(ExitStatus.FAILED, refused.reason(), refused.remedy());
        }
        throw new IllegalStateException("neither ready nor refused: " + launch);
    }
}
