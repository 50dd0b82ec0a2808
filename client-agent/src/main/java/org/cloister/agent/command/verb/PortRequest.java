package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.RepositoryApi;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.control.AgentControl;
import org.cloister.agent.control.HostOffer;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.HostId;
import org.cloister.events.Port;
import org.cloister.events.Position;
import org.cloister.events.RootName;

/** Asks the repository about the ports of a host, and waits until its agent has done what was granted where it is this machine's. */
record PortRequest(Session session, HostId host) {
    private static final Duration LIMIT = Duration.ofSeconds(15);

    /** The root wants these ports beside those that it has. */
    void add(RootName root, PortSource source, Collection<Port> ports)
            throws CommandFailed, IOException, InterruptedException {
        ObjectNode body = body(root, ports).put("source", source.name().toLowerCase(Locale.ROOT));
        AgentControl own = command().own();
        if (own != null) {
            HostOffer offer = own.hostOffer();
            ArrayNode occupied = body.putArray("occupied");
            // A program that was seen to bind a port in the host's network leaves it when it is started again.
            offer.occupied().stream()
                    .filter(port -> source != PortSource.LEARNED || !ports.contains(port))
                    .forEach(port -> occupied.add(port.toString()));
            body.put("lowest", offer.lowest());
        }
        send(List.of("leases"), root, body);
    }

    /** The root wants these ports no longer; none named: all. */
    void release(RootName root, Collection<Port> ports) throws CommandFailed, IOException, InterruptedException {
        send(List.of("leases", "releases"), root, body(root, ports));
    }

    private ObjectNode body(RootName root, Collection<Port> ports) {
        ObjectNode body = session.mapper().createObjectNode().put("root", root.text());
        ArrayNode list = body.putArray("ports");
        ports.forEach(port -> list.add(port.toString()));
        return body;
    }

    private void send(List<String> path, RootName root, ObjectNode body)
            throws CommandFailed, IOException, InterruptedException {
        Target target = path.size() == 1
                ? Target.of("v1", "hosts", host.text(), path.get(0))
                : Target.of("v1", "hosts", host.text(), path.get(0), path.get(1));
        RepositoryApi.Answer answer = command().send(target, body);
        AgentControl own = command().own();
        if (own != null) {
            Position recorded = new Position(answer.body().path("position").asLong());
            if (!own.awaitNetworks(List.of(root), recorded, LIMIT)) {
                session.terminal()
                        .err()
                        .println(
                                "It is recorded; this machine's agent hasn't carried it out yet: see `cloister status`.");
            }
        }
    }

    private HostCommand command() {
        return new HostCommand(session, host);
    }
}
