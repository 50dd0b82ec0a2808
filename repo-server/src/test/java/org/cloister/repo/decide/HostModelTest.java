package org.cloister.repo.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cloister.repo.decide.Given.CONFIGURED;
import static org.cloister.repo.decide.Given.GENERATION;
import static org.cloister.repo.decide.Given.HOST;
import static org.cloister.repo.decide.Given.at;
import static org.cloister.repo.decide.Given.host;
import static org.cloister.repo.decide.Given.target;
import static org.cloister.repo.decide.Given.unchanged;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.cloister.repo.decide.HostRequest.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random commands and reports: what the rules accept, folded, is what a plain list of requests says, and the rules then find
 * it so.
 */
class HostModelTest {
    private static final int STEPS = 400;

    /** A request as the plain model has it. */
    private static final class Asked {
        final Map<RootName, @Nullable RootTarget> targets = new HashMap<>();
        boolean failed;
        boolean succeeded;
    }

    private final Map<Long, Asked> asked = new java.util.TreeMap<>();
    private HostState state = host();
    private long position = 1;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void stateIsThatOfTheLastRequestOfEachRootThatDidNotFail(long seed) {
        Random random = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            if (random.nextInt(3) == 0) {
                report(random);
            } else {
                command(random);
            }
            check("seed " + seed + ", step " + step);
        }
    }

    private void command(Random random) {
        RootName root = new RootName("root" + random.nextInt(3));
        RootTarget wanted = target(root.text(), "p", "1." + random.nextInt(4));
        switch (random.nextInt(4)) {
            case 0 -> {
                accept(HostDecider.remove(state, HOST, List.of(root)));
                assertThat(HostDecider.remove(state, HOST, List.of(root))).isInstanceOf(Decision.Refused.class);
            }
            case 1 -> accept(HostDecider.rollback(state, HOST, List.of(root)));
            default -> {
                accept(HostDecider.install(state, HOST, List.of(wanted), true));
                unchanged(HostDecider.install(state, HOST, List.of(wanted), true));
            }
        }
    }

    private void report(Random random) {
        if (asked.isEmpty()) {
            return;
        }
        List<Long> positions = new ArrayList<>(asked.keySet());
        long request = positions.get(random.nextInt(positions.size()));
        HostRequest remembered = state.requests().get(new Position(request));
        if (remembered == null) {
            return;
        }
        HostEvent report = random.nextInt(3) == 0 ? failure(remembered) : success(remembered);
        Decision<HostEvent> decision = new ReportDecider(state, HOST).decide(report);
        Asked model = java.util.Objects.requireNonNull(asked.get(request));
        assertThat(decision instanceof Decision.Accepted<HostEvent>).isEqualTo(!model.failed && !model.succeeded);
        if (decision instanceof Decision.Accepted<HostEvent>) {
            model.failed = report instanceof InstallationFailed;
            model.succeeded = !model.failed;
            accept(decision);
            unchanged(new ReportDecider(state, HOST).decide(report));
        }
    }

    private static HostEvent failure(HostRequest request) {
        return new InstallationFailed(
                request.asked().position(), List.copyOf(request.before().keySet()), "fetch", "x");
    }

    private static HostEvent success(HostRequest request) {
        Position at = request.asked().position();
        List<RootOutcome> outcomes = request.targets().values().stream()
                .map(target -> new RootOutcome(
                        target.root(), target.requested(), target.closure().id(), CONFIGURED))
                .toList();
        if (request.kind() == Kind.REMOVAL) {
            return new RemovalCompleted(at, List.copyOf(request.before().keySet()), GENERATION, true);
        }
        return request.kind() == Kind.INSTALL
                ? new InstallationSucceeded(at, outcomes, GENERATION, 1)
                : new RollbackCompleted(at, outcomes, GENERATION);
    }

    private void accept(Decision<HostEvent> decision) {
        if (decision instanceof Decision.Accepted<HostEvent> accepted) {
            for (HostEvent event : accepted.events()) {
                position++;
                state = state.evolve(at(position), event);
                remember(event);
            }
        }
    }

    private void remember(HostEvent event) {
        Asked request = new Asked();
        if (event instanceof InstallRequested install) {
            install.roots().forEach(target -> request.targets.put(target.root(), target));
        } else if (event instanceof RollbackRequested rollback) {
            rollback.roots().forEach(target -> request.targets.put(target.root(), target));
        } else if (event instanceof RemovalRequested removal) {
            removal.roots().forEach(root -> request.targets.put(root, null));
        } else {
            return;
        }
        asked.put(position, request);
    }

    private void check(String where) {
        for (int i = 0; i < 3; i++) {
            RootName root = new RootName("root" + i);
            RootTarget wanted = null;
            for (Asked request : asked.values()) {
                if (!request.failed && request.targets.containsKey(root)) {
                    wanted = request.targets.get(root);
                }
            }
            assertThat(state.target(root)).as(where).isEqualTo(wanted);
        }
        assertThat(RootStatus.of(state))
                .as(where)
                .allSatisfy(status -> assertThat(status.state() == RootStatus.State.REQUESTED
                                || status.state() == RootStatus.State.INSTALLED)
                        .isEqualTo(state.target(status.root()) != null));
    }
}
