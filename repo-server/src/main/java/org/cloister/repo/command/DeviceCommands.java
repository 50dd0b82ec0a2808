package org.cloister.repo.command;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.cloister.events.DeviceId;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.DeviceEvent;
import org.cloister.events.HostId;
import org.cloister.events.RootName;
import org.cloister.repo.decide.Decision;
import org.cloister.repo.decide.HostDecider;
import org.cloister.repo.decide.HostState;
import org.jspecify.annotations.Nullable;

/** Who may use which device of a host. */
final class DeviceCommands {
    private final CommandRunner runner;
    private final Streams streams;

    DeviceCommands(CommandRunner runner, Streams streams) {
        this.runner = runner;
        this.streams = streams;
    }

    CompletionStage<Outcome<List<HostEvent>>> grant(Request request, HostId host, RootName root, DeviceId device) {
        return run(request, host, state -> HostDecider.grantDevice(state, host, root, device));
    }

    CompletionStage<Outcome<List<HostEvent>>> release(
            Request request, HostId host, RootName root, @Nullable DeviceId device) {
        return run(request, host, state -> HostDecider.releaseDevice(state, host, root, device));
    }

    private CompletionStage<Outcome<List<HostEvent>>> run(
            Request request, HostId host, Function<HostState, Decision<HostEvent>> rule) {
        return runner.run(
                request,
                Authority.overRoots(host, request.caller()),
                new HostChange(streams, host, rule, DeviceEvent.class::isInstance));
    }
}
