package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.UUID;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.LineReader;
import org.cloister.agent.command.repository.RepositoryApi;
import org.cloister.agent.command.repository.RepositoryRefused;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.control.AgentControl;
import org.cloister.events.HostId;
import org.cloister.events.RequestId;
import org.jspecify.annotations.Nullable;

/** A command to the repository about one host, each time with a request id of its own. */
record HostCommand(Session session, HostId host) {
    private static final int FORBIDDEN = 403;

    /** With the caller's token; as the host itself where that isn't enough and the host is this machine. */
    RepositoryApi.Answer send(Target target, ObjectNode body) throws CommandFailed, IOException, InterruptedException {
        AgentControl own = own();
        try {
            return session.repository().command(target, body, newId());
        } catch (RepositoryRefused e) {
            if (own == null || e.problem().status() != FORBIDDEN) {
                throw e;
            }
            // Whoever may use the command socket may change this host, whatever their own token allows elsewhere.
            return session.repositoryOfHost(own).command(target, body, newId());
        }
    }

    /** {@link #send} where the answer comes in lines. */
    void send(Target target, ObjectNode body, LineReader lines)
            throws CommandFailed, IOException, InterruptedException {
        AgentControl own = own();
        try {
            session.repository().postForLines(target, body, newId(), lines);
        } catch (RepositoryRefused e) {
            if (own == null || e.problem().status() != FORBIDDEN) {
                throw e;
            }
            session.repositoryOfHost(own).postForLines(target, body, newId(), lines);
        }
    }

    private static RequestId newId() {
        return new RequestId(UUID.randomUUID().toString());
    }

    /** The agent of this machine; null unless this machine is meant. */
    @Nullable
    AgentControl own() {
        AgentControl agent = session.agentOrNull();
        return agent != null && agent.enrolment().host().equals(host) ? agent : null;
    }
}
