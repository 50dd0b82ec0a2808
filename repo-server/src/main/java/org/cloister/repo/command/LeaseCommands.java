package org.cloister.repo.command;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.cloister.events.Event;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.LeaseGranted;
import org.cloister.events.HostEvent.LeaseRefused;
import org.cloister.events.HostEvent.LeaseReleased;
import org.cloister.events.HostEvent.PortPolicyChanged;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.HostId;
import org.cloister.events.Port;
import org.cloister.events.PortPolicy;
import org.cloister.events.Role;
import org.cloister.events.RootName;
import org.cloister.repo.decide.Decision;
import org.cloister.repo.decide.HostDecider;
import org.cloister.repo.decide.HostPorts;
import org.cloister.repo.decide.HostState;

/** Who holds which port of a host. */
final class LeaseCommands {
    private final CommandRunner runner;
    private final Streams streams;

    LeaseCommands(CommandRunner runner, Streams streams) {
        this.runner = runner;
        this.streams = streams;
    }

    CompletionStage<Outcome<List<HostEvent>>> lease(
            Request request, HostId host, RootName root, PortSource source, List<Port> ports, HostPorts offered) {
        List<Port> each = ports.stream().distinct().toList();
        return runner.run(
                request,
                Authority.overRoots(host, request.caller()),
                change(host, state -> HostDecider.lease(state, host, root, source, each, offered)));
    }

    CompletionStage<Outcome<List<HostEvent>>> release(Request request, HostId host, RootName root, List<Port> ports) {
        return runner.run(
                request,
                Authority.overRoots(host, request.caller()),
                change(host, state -> HostDecider.release(state, host, root, ports)));
    }

    /** Policy is the operators', not the host's. */
    CompletionStage<Outcome<List<HostEvent>>> changePolicy(Request request, HostId host, PortPolicy policy) {
        return runner.run(
                request,
                Authority.on(host, request.caller(), Role.OPERATOR),
                change(host, state -> HostDecider.changePortPolicy(state, host, policy)));
    }

    private HostChange change(HostId host, Function<HostState, Decision<HostEvent>> rule) {
        return new HostChange(streams, host, rule, LeaseCommands::isAboutPorts);
    }

    private static boolean isAboutPorts(Event event) {
        return event instanceof LeaseGranted
                || event instanceof LeaseRefused
                || event instanceof LeaseReleased
                || event instanceof PortPolicyChanged;
    }
}
