package org.cloister.repo.command;

import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.InstallationFailed;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.RemovalCompleted;
import org.cloister.events.HostEvent.RemovalRequested;
import org.cloister.events.HostEvent.RollbackCompleted;
import org.cloister.events.HostEvent.RollbackRequested;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RootName;
import org.cloister.events.StreamId;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.command.CommandService.SignedReport;
import org.cloister.repo.log.EventStore;
import org.jspecify.annotations.Nullable;

/**
 * A host that replays its events, carries requests out in their order and reports. Its fields are what it made durable: a crash
 * loses nothing but the step that was under way.
 */
final class SimulatedAgent {
    private static final Digest GENERATION = Digest.ofText("generation");

    /** A root as it is on the host. */
    record Linked(RootTarget target, LayerId configured) {}

    private record Queued(Request request, HostEvent report) {}

    final HostId host;
    final KeyPair key;
    SortedMap<RootName, Linked> roots = new TreeMap<>();
    private final SortedMap<Position, HostEvent> pending = new TreeMap<>();
    private final List<Queued> outbox = new ArrayList<>();
    private final List<Queued> sent = new ArrayList<>();
    private final SimulatedServer server;
    private final EventStore log;
    private final Random random;
    private Position checkpoint = Position.NONE;

    SimulatedAgent(HostId host, KeyPair key, SimulatedServer server, EventStore log, Random random) {
        this.host = host;
        this.key = key;
        this.server = server;
        this.log = log;
        this.random = random;
    }

    /** The disk is new: everything is replayed, and what wasn't reported is forgotten. */
    void wipe() {
        roots = new TreeMap<>();
        pending.clear();
        outbox.clear();
        checkpoint = Position.NONE;
    }

    boolean idle() {
        return pending.isEmpty() && outbox.isEmpty();
    }

    /** Some of what is new or all of it, and often some that isn't. */
    void poll() {
        long overlap = Math.min(checkpoint.value(), random.nextInt(20));
        int limit = random.nextInt(3) == 0 ? 1 + random.nextInt(40) : Integer.MAX_VALUE;
        follow(new Position(checkpoint.value() - overlap), limit);
    }

    void pollAll() {
        follow(checkpoint, Integer.MAX_VALUE);
    }

    private void follow(Position after, int limit) {
        for (RecordedEvent recorded : log.readAll(after, limit)) {
            if (recorded.position().isAfter(checkpoint)) {
                if (recorded.stream().equals(StreamId.of(host))) {
                    apply(recorded.position(), (HostEvent) server.codec.decode(recorded));
                }
                checkpoint = recorded.position();
            }
        }
    }

    private void apply(Position position, HostEvent event) {
        if (event instanceof InstallRequested
                || event instanceof RemovalRequested
                || event instanceof RollbackRequested) {
            pending.put(position, event);
        } else if (event instanceof InstallationSucceeded done) {
            link(done.request(), done.roots());
        } else if (event instanceof RollbackCompleted done) {
            link(done.request(), done.roots());
        } else if (event instanceof RemovalCompleted done && pending.remove(done.request()) != null) {
            done.roots().forEach(roots::remove);
        } else if (event instanceof InstallationFailed failed) {
            pending.remove(failed.request());
        }
    }

    private void link(Position request, List<RootOutcome> outcomes) {
        HostEvent asked = pending.remove(request);
        if (asked == null) {
            return;
        }
        for (RootTarget target : targets(asked)) {
            outcomes.stream()
                    .filter(outcome -> outcome.root().equals(target.root()))
                    .forEach(outcome -> roots.put(target.root(), new Linked(target, outcome.configured())));
        }
    }

    private static List<RootTarget> targets(HostEvent asked) {
        if (asked instanceof InstallRequested install) {
            return install.roots();
        }
        return asked instanceof RollbackRequested rollback ? rollback.roots() : List.of();
    }

    /**
     * Carries out the first request, once there is nothing more to hear: what is replayed may be done already. A crash in the
     * middle does it again another time.
     */
    void work(boolean healthy) {
        if (checkpoint.compareTo(log.head()) < 0 || pending.isEmpty() || (!healthy && random.nextInt(5) == 0)) {
            return;
        }
        Position position = pending.firstKey();
        HostEvent asked = java.util.Objects.requireNonNull(pending.get(position));
        HostEvent report = !healthy && random.nextInt(6) == 0 ? failure(position, asked) : outcome(position, asked);
        if (report == null || (!healthy && random.nextInt(8) == 0)) {
            return;
        }
        apply(position, report);
        outbox.add(new Queued(server.request(Repository.agent(host)), report));
    }

    private static HostEvent failure(Position position, HostEvent asked) {
        List<RootName> names = asked instanceof RemovalRequested removal
                ? removal.roots()
                : targets(asked).stream().map(RootTarget::root).toList();
        return new InstallationFailed(position, names, "fetch", "no route to host");
    }

    private @Nullable HostEvent outcome(Position position, HostEvent asked) {
        if (asked instanceof RemovalRequested removal) {
            return new RemovalCompleted(position, removal.roots(), GENERATION, true);
        }
        List<RootOutcome> outcomes = new ArrayList<>();
        for (RootTarget target : targets(asked)) {
            LayerId configured = configure(target);
            if (configured == null) {
                return null;
            }
            outcomes.add(new RootOutcome(
                    target.root(), target.requested(), target.closure().id(), configured));
        }
        return asked instanceof InstallRequested
                ? new InstallationSucceeded(position, outcomes, GENERATION, 7)
                : new RollbackCompleted(position, outcomes, GENERATION);
    }

    /** Offers a layer that no other host makes, and takes the one that everyone uses. */
    private @Nullable LayerId configure(RootTarget target) {
        LayerId own = new LayerId(Digest.ofText(host + " " + random.nextLong()));
        Outcome<LayerId> outcome = server.ask(
                server.request(Repository.agent(host)),
                (commands, request) ->
                        commands.configured(request, target.closure().id(), own));
        if (outcome instanceof Outcome.Accepted<LayerId> accepted) {
            return accepted.answer();
        }
        return outcome instanceof Outcome.Unchanged<LayerId> unchanged ? unchanged.answer() : null;
    }

    /** Sends the oldest report, which stays queued until there is an answer. An old one sometimes comes once more, late. */
    void report() {
        if (!sent.isEmpty() && random.nextInt(4) == 0) {
            send(sent.get(random.nextInt(sent.size())));
        }
        if (!outbox.isEmpty() && send(outbox.get(0))) {
            sent.add(outbox.remove(0));
        }
    }

    private boolean send(Queued queued) {
        SignedReport signed = Repository.signed(host, key, List.of(Repository.reported(server.codec, queued.report())));
        return server.ask(queued.request(), (commands, request) -> commands.report(request, host, signed)) != null;
    }
}
