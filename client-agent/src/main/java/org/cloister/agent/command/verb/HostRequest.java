package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.RepositoryRefused;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Progress;
import org.cloister.agent.control.AgentControl;
import org.cloister.events.HostId;

/**
 * Asks hosts for a change and waits for what becomes of it.
 *
 * @param operation the last part of the path: {@code installs}, {@code removals} …
 */
record HostRequest(Session session, String operation, ObjectNode body) {
    /** Mirrors list what is wanted, and nobody asked for it before. */
    private static final String NOT_FETCHED = "not-fetched";

    /** All hosts are asked before the first one is waited for. Returns the exit status. */
    int ask(List<String> named, boolean wait, OutcomeLines lines)
            throws CommandFailed, IOException, InterruptedException {
        List<Asked> asked = new ArrayList<>();
        for (HostId host : new Hosts(session).resolve(named)) {
            asked.add(ask(host));
        }
        ExitStatus worst = ExitStatus.OK;
        for (Asked one : asked) {
            ExitStatus status = wait ? await(one, lines) : lines.requested(one);
            worst = status == ExitStatus.OK ? worst : status;
        }
        return worst.code();
    }

    private Asked ask(HostId host) throws CommandFailed, IOException, InterruptedException {
        Target target = Target.of("v1", "hosts", host.text(), operation);
        HostCommand command = new HostCommand(session, host);
        try {
            return Asked.of(host, command.send(target, body));
        } catch (RepositoryRefused e) {
            if (!e.problem().rule().equals(NOT_FETCHED)) {
                throw e;
            }
            try (Progress shown = session.progress()) {
                SyncSteps steps = new SyncSteps(session, shown);
                command.send(Target.of("v1", "hosts", host.text(), "fetches"), body, steps::take);
                steps.end();
            }
            return Asked.of(host, command.send(target, body));
        }
    }

    private ExitStatus await(Asked asked, OutcomeLines lines) throws CommandFailed, IOException {
        AgentControl own = new HostCommand(session, asked.host()).own();
        try {
            if (own == null) {
                return asked.begun()
                        ? lines.ended(asked, new RemoteOutcome(session).await(asked), false)
                        : lines.nothing(asked, false);
            }
            LocalOutcome local = new LocalOutcome(session, own);
            if (asked.begun()) {
                return lines.ended(asked, local.await(asked.position()), true);
            }
            local.awaitPending();
            return lines.nothing(asked, true);
        } catch (InterruptedException e) {
            throw new CommandFailed(
                    ExitStatus.INTERRUPTED,
                    "You stopped waiting; the host goes on with the request at position " + asked.position() + ".",
                    "`cloister status` shows how far it is.",
                    e);
        }
    }
}
