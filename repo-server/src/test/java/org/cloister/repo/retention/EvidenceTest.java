package org.cloister.repo.retention;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.cloister.events.ClosureEvent.ClosureConfigured;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;
import org.cloister.events.Event;
import org.cloister.events.HostEvent.RollbackRequested;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.MirrorEvent.MirrorIndexed;
import org.cloister.events.MirrorName;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PackageEvent.PackageRestored;
import org.cloister.events.PackageEvent.PackageYanked;
import org.cloister.events.PoolEvent.HoldPlaced;
import org.cloister.events.PoolEvent.HoldReleased;
import org.cloister.events.PoolEvent.HoldTarget;
import org.cloister.events.PoolEvent.RetentionChanged;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.ClosureId;
import org.cloister.repo.decide.Decision;
import org.cloister.repo.decide.DistributionSnapshot;
import org.cloister.repo.decide.HostDecider;
import org.cloister.repo.decide.HostRequest;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.decide.RootHistory.Change;
import org.cloister.repo.view.DistributionHistory;
import org.cloister.repo.view.DistributionsView;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random logs: nothing that a plain reading of the log needs ever goes, and what nothing names does. */
class EvidenceTest {
    private static final int LOGS = 400;
    private static final int STEPS = 70;

    private long kept;
    private long gone;

    @Test
    void nothingThatIsNeededByAnyEvidenceEverGoes() {
        long first = Long.getLong("cloister.seed", System.nanoTime());
        System.out.println("EvidenceTest: seeds from " + first + " (repeat with -Dcloister.seed)");
        for (long seed = first; seed < first + LOGS; seed++) {
            check(seed, new RandomLog(seed, STEPS));
        }
        System.out.println("EvidenceTest: " + kept + " things stay, " + gone + " go");
        assertThat(gone).as("a rule that keeps everything would be right too").isGreaterThan(LOGS);
        assertThat(kept).isGreaterThan(LOGS);
    }

    private void check(long seed, RandomLog log) {
        Instant now = log.now.plus(Duration.ofHours(new Random(seed).nextInt(500)));
        Needs needs = new Evidence(state(log), log.hosts, distributions(log, log.recorded.size()), now)
                .needs(new Listings(log));
        Map<Digest, String> wanted = new Reference(log, now).needed();
        for (Digest digest : everything(log)) {
            Verdict verdict = needs.verdict(
                    new Stored(ContentKind.ARTIFACT, digest, 1, RandomLog.BEGIN), now, Duration.ofSeconds(1));
            if (wanted.containsKey(digest)) {
                assertThat(verdict.kept())
                        .as("seed " + seed + ": " + wanted.get(digest) + ", but " + verdict)
                        .isTrue();
            }
            assertThat(verdict.reasons()).isNotEmpty();
            kept += verdict.kept() ? 1 : 0;
            gone += verdict.kept() ? 0 : 1;
        }
    }

    private static RetentionState state(RandomLog log) {
        RetentionState state = RetentionState.EMPTY;
        for (int i = 0; i < log.events.size(); i++) {
            state = state.evolve(Occurrence.of(log.recorded.get(i)), log.events.get(i));
        }
        return state;
    }

    private static List<Iterable<DistributionSnapshot>> distributions(RandomLog log, int events) {
        DistributionsView view = new DistributionsView();
        for (int i = 0; i < events; i++) {
            view.apply(log.recorded.get(i), log.events.get(i));
        }
        List<Iterable<DistributionSnapshot>> all = new ArrayList<>();
        view.all().values().forEach(history -> all.add(history.newestFirst()));
        return all;
    }

    private record Listings(RandomLog log) implements Evidence.Contents {
        @Override
        public Iterable<Digest> listed(MirrorName mirror, Position position) {
            return log.listed(position);
        }

        @Override
        public @Nullable Closure closure(ClosureId id) {
            return log.closures.get(id.toString());
        }

        @Override
        public ClosureId idOf(Closure closure) {
            return closure.id();
        }

        @Override
        public Iterable<Digest> named(Digest inRelease) {
            return List.of(Digest.ofText("index of " + inRelease));
        }
    }

    /** All that the log ever named, and a stray. */
    private static Set<Digest> everything(RandomLog log) {
        Set<Digest> all = new HashSet<>(Set.of(Digest.ofText("stray")));
        log.listings.values().forEach(all::addAll);
        for (Event event : log.events) {
            if (event instanceof PackagePublished published) {
                all.add(published.artifact());
                all.add(published.layer().digest());
            } else if (event instanceof ClosureConfigured configured) {
                all.add(configured.layer().digest());
            } else if (event instanceof MirrorIndexed indexed) {
                all.add(indexed.inRelease());
            }
        }
        return all;
    }

    /** Reads the log again for every state that is retained, and asks the rules themselves what hosts could be told. */
    private static final class Reference {
        private final RandomLog log;
        private final Instant now;
        private final Map<Digest, String> needed = new HashMap<>();
        private final Map<Object, HoldTarget> holds = new LinkedHashMap<>();
        private RetentionChanged rules = new RetentionChanged(30, 1);

        Reference(RandomLog log, Instant now) {
            this.log = log;
            this.now = now;
            for (Event event : log.events) {
                if (event instanceof RetentionChanged changed) {
                    rules = changed;
                } else if (event instanceof HoldPlaced placed) {
                    holds.put(placed.name(), placed.target());
                } else if (event instanceof HoldReleased released) {
                    holds.remove(released.name());
                }
            }
        }

        Map<Digest, String> needed() {
            Instant oldest = now.minus(Duration.ofDays(rules.days()));
            for (int events = 1; events <= log.recorded.size(); events++) {
                boolean last = events == log.recorded.size();
                if (last || log.recorded.get(events).recordedAt().isAfter(oldest)) {
                    state(events, "state " + events + " is retained");
                }
            }
            log.hosts.forEach(this::host);
            for (HoldTarget target : holds.values()) {
                held(target);
            }
            for (Event event : log.events) {
                if (event instanceof MirrorIndexed indexed) {
                    needed.put(indexed.inRelease(), "an archive signed it");
                    needed.put(Digest.ofText("index of " + indexed.inRelease()), "an archive signed it");
                }
            }
            return needed;
        }

        private void held(HoldTarget target) {
            Position position = target.position();
            if (position != null) {
                state((int) position.value(), "hold on " + target);
            }
            if (target.digest() != null) {
                needed.put(target.digest(), "hold on " + target);
            }
            HostId host = target.host();
            if (host != null) {
                log.state(host)
                        .roots()
                        .values()
                        .forEach(history ->
                                history.changes().forEach(change -> need(change.target(), "hold on " + target)));
            }
            if (target.name() != null) {
                log.published.values().stream()
                        .filter(event -> event.id().name().equals(target.name()))
                        .forEach(event -> need(event, "hold on " + target));
            }
        }

        private void need(PackagePublished event, String why) {
            needed.put(event.artifact(), why);
            needed.put(event.layer().digest(), why);
        }

        private void state(int events, String why) {
            Map<PackageId, PackagePublished> available = new HashMap<>();
            Map<MirrorName, Position> listed = new HashMap<>();
            for (int i = 0; i < events; i++) {
                Event event = log.events.get(i);
                if (event instanceof PackagePublished published) {
                    available.put(published.id(), published);
                } else if (event instanceof PackageYanked yanked) {
                    available.remove(yanked.id());
                } else if (event instanceof PackageRestored restored) {
                    available.put(restored.id(), Objects.requireNonNull(log.published.get(restored.id())));
                } else if (event instanceof MirrorIndexed indexed) {
                    listed.put(indexed.name(), log.recorded.get(i).position());
                }
            }
            available.values().forEach(event -> need(event, event.id() + ": " + why));
            listed.values()
                    .forEach(position ->
                            log.listed(position).forEach(artifact -> needed.put(artifact, "listed: " + why)));
            DistributionsView view = new DistributionsView();
            for (int i = 0; i < events; i++) {
                view.apply(log.recorded.get(i), log.events.get(i));
            }
            for (DistributionHistory history : view.all().values()) {
                DistributionSnapshot snapshot = history.now();
                if (snapshot != null) {
                    snapshot.contents()
                            .mirrors()
                            .values()
                            .forEach(position -> log.listed(position)
                                    .forEach(artifact -> needed.put(artifact, "in a distribution: " + why)));
                    snapshot.contents().chosen().forEach((id, chosen) -> {
                        if (snapshot.contents().offers(id)) {
                            need(chosen.publication(), id + " in a distribution: " + why);
                        }
                    });
                }
            }
        }

        /** What it has, what it is to have whichever of its open requests fail, and what a rollback would then answer. */
        private void host(HostId host, HostState state) {
            if (state.retirement() != null) {
                return;
            }
            Random random = new Random(host.hashCode());
            for (int i = 0; i < 4; i++) {
                HostState future = state;
                for (HostRequest request : RandomLog.open(state)) {
                    if (i > 0 && random.nextBoolean()) {
                        future = future.evolve(request.asked(), RandomLog.failure(request));
                    }
                }
                possible(host, future);
            }
        }

        private void possible(HostId host, HostState state) {
            for (RootName root : state.roots().keySet()) {
                need(state.target(root), host + " shall have it");
                Change installed = state.installed(root);
                need(installed == null ? null : installed.target(), host + " has it");
                if (HostDecider.rollback(state, host, List.of(root)) instanceof Decision.Accepted<?> back) {
                    ((RollbackRequested) back.events().get(0))
                            .roots()
                            .forEach(target -> need(target, host + " can be rolled back to it"));
                }
            }
        }

        private void need(@Nullable RootTarget target, String why) {
            if (target != null) {
                for (Closure.Member member : target.closure().packages()) {
                    needed.put(member.artifact(), why);
                    needed.put(member.layer().digest(), why);
                }
                for (Event event : log.events) {
                    if (event instanceof ClosureConfigured configured
                            && configured.closure().equals(target.closure().id())) {
                        needed.put(configured.layer().digest(), why);
                    }
                }
            }
        }
    }
}
