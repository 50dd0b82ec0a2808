package org.cloister.agent.command.verb;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.RepositoryApi;
import org.cloister.agent.command.repository.Target;
import org.cloister.agent.command.terminal.Progress;
import org.cloister.agent.control.Awaited;
import org.cloister.events.Event;
import org.cloister.events.HostEvent;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.codec.EventLine;
import org.jspecify.annotations.Nullable;

/** Waits for a request to another host by reading that host's events. */
final class RemoteOutcome {
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final int POLL_SECONDS = 10;
    private static final int PAGE = 1000;

    private final Session session;
    private final EventCodec codec = new EventCodec();
    private Position read = Position.NONE;
    private @Nullable Awaited outcome;

    RemoteOutcome(Session session) {
        this.session = session;
    }

    Awaited await(Asked asked) throws CommandFailed, IOException, InterruptedException {
        RepositoryApi repository = session.repository();
        read = asked.position();
        Instant end = session.clock().instant().plus(LIMIT);
        try (Progress shown = session.progress()) {
            while (session.clock().instant().isBefore(end)) {
                shown.things("wait for " + asked.host(), 0, 0);
                Target target = Target.of("v1", "events")
                        .with("after", read)
                        .with("stream", StreamId.of(asked.host()))
                        .with("limit", PAGE)
                        .with("wait", POLL_SECONDS);
                repository.lines(target, line -> take(line, asked.position()));
                if (outcome != null) {
                    return outcome;
                }
            }
        }
        return new Awaited.Unknown("the host has not reported; it may be switched off");
    }

    /** False when the outcome is known. */
    private boolean take(byte[] line, Position request) {
        RecordedEvent recorded = EventLine.parse(line);
        read = recorded.position();
        Event event = codec.decode(recorded);
        if (event instanceof HostEvent of) {
            outcome = of.match(new Outcomes(request)).orElse(null);
        }
        return outcome == null;
    }

    /** What an event says about one request; empty where it's about something else. */
    private record Outcomes(Position request) implements HostEvent.Cases<Optional<Awaited>> {
        @Override
        public Optional<Awaited> on(HostEvent.InstallationSucceeded event) {
            return event.request().equals(request)
                    ? Optional.of(new Awaited.Done(names(event.roots()), event.generation(), event.milliseconds()))
                    : Optional.empty();
        }

        @Override
        public Optional<Awaited> on(HostEvent.InstallationFailed event) {
            return event.request().equals(request)
                    ? Optional.of(new Awaited.Failed(event.roots(), event.step(), event.reason()))
                    : Optional.empty();
        }

        @Override
        public Optional<Awaited> on(HostEvent.RemovalCompleted event) {
            return event.request().equals(request)
                    ? Optional.of(new Awaited.Done(event.roots(), event.generation(), 0))
                    : Optional.empty();
        }

        @Override
        public Optional<Awaited> on(HostEvent.RollbackCompleted event) {
            return event.request().equals(request)
                    ? Optional.of(new Awaited.Done(names(event.roots()), event.generation(), 0))
                    : Optional.empty();
        }

        private static List<org.cloister.events.RootName> names(List<HostEvent.RootOutcome> roots) {
            return roots.stream().map(HostEvent.RootOutcome::root).toList();
        }

        @Override
        public Optional<Awaited> on(HostEvent.HostRetired event) {
            return Optional.of(new Awaited.Unknown("the host was retired: " + event.reason()));
        }

        @Override
        public Optional<Awaited> on(HostEvent.ServicesIsolated event) {
            return Optional.empty();
        }

        @Override
        public Optional<Awaited> on(HostEvent.HostEnrolled event) {
            return Optional.empty();
        }

        @Override
        public Optional<Awaited> on(HostEvent.InstallRequested event) {
            return Optional.empty();
        }

        @Override
        public Optional<Awaited> on(HostEvent.RemovalRequested event) {
            return Optional.empty();
        }

        @Override
        public Optional<Awaited> on(HostEvent.RollbackRequested event) {
            return Optional.empty();
        }

        @Override
        public Optional<Awaited> on(HostEvent.IntegrityViolated event) {
            return Optional.empty();
        }

        @Override
        public Optional<Awaited> on(HostEvent.IntegrityRestored event) {
            return Optional.empty();
        }

        @Override
        public Optional<Awaited> on(HostEvent.DriftEvent event) {
            return Optional.empty();
        }

        @Override
        public Optional<Awaited> on(HostEvent.LogContradicted event) {
            return Optional.empty();
        }

        @Override
        public Optional<Awaited> on(HostEvent.GuestEvent event) {
            return Optional.empty();
        }

        @Override
        public Optional<Awaited> on(HostEvent.PortPolicyChanged event) {
            return Optional.empty();
        }

        @Override
        public Optional<Awaited> on(HostEvent.LeaseGranted event) {
            return Optional.empty();
        }

        @Override
        public Optional<Awaited> on(HostEvent.LeaseRefused event) {
            return Optional.empty();
        }

        @Override
        public Optional<Awaited> on(HostEvent.LeaseReleased event) {
            return Optional.empty();
        }

        @Override
        public Optional<Awaited> on(HostEvent.DeviceEvent event) {
            return Optional.empty();
        }

        @Override
        public Optional<Awaited> on(HostEvent.ServiceEvent event) {
            return Optional.empty();
        }
    }
}
