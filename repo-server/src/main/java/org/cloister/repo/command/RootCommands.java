package org.cloister.repo.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.cloister.events.Event;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.RemovalRequested;
import org.cloister.events.HostEvent.RollbackRequested;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.RootName;
import org.cloister.events.StreamId;
import org.cloister.repo.command.LayerPresence.Keeping;
import org.cloister.repo.command.Streams.Loaded;
import org.cloister.repo.decide.Decision;
import org.cloister.repo.decide.HostDecider;
import org.cloister.repo.decide.HostDecider.Upgradable;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.Refusal;
import org.jspecify.annotations.Nullable;

/** What a host is asked to have. */
final class RootCommands {
    private final CommandRunner runner;
    private final Streams streams;
    private final CurrentViews views;
    private final Targets targets;
    private final LayerPresence pool;

    RootCommands(CommandRunner runner, Streams streams, CurrentViews views, Resolver resolver, LayerPresence pool) {
        this.runner = runner;
        this.streams = streams;
        this.views = views;
        this.targets = new Targets(resolver);
        this.pool = pool;
    }

    CompletionStage<Outcome<List<RootTarget>>> install(
            Request request, HostId host, List<Wanted> packages, boolean upgrade) {
        return Kept.during(
                pool,
                keeping -> runner.run(
                        request,
                        Authority.overRoots(host, request.caller()),
                        new Install(host, packages, upgrade, keeping)));
    }

    CompletionStage<Outcome<List<Offer>>> shortage(
            Request request, HostId host, List<Wanted> packages, List<RootName> roots) {
        return runner.run(request, Authority.overRoots(host, request.caller()), new Shortfall(host, packages, roots));
    }

    CompletionStage<Outcome<List<RootTarget>>> upgrade(Request request, HostId host, List<RootName> roots) {
        return Kept.during(
                pool,
                keeping -> runner.run(
                        request, Authority.overRoots(host, request.caller()), new Upgrade(host, roots, keeping)));
    }

    CompletionStage<Outcome<List<RootTarget>>> rollback(Request request, HostId host, List<RootName> roots) {
        return Kept.during(
                pool,
                keeping -> runner.run(
                        request, Authority.overRoots(host, request.caller()), new Rollback(host, roots, keeping)));
    }

    CompletionStage<Outcome<List<RootName>>> remove(Request request, HostId host, List<RootName> roots) {
        return runner.run(request, Authority.overRoots(host, request.caller()), new Removal(host, roots));
    }

    private Loaded<HostState> load(HostId host) {
        return streams.load(StreamFamily.HOST, StreamId.of(host));
    }

    /** The roots of {@code names} as they are once {@code decision} is carried out. */
    private static List<RootTarget> after(HostState state, Decision<HostEvent> decision, List<RootName> names) {
        List<RootTarget> asked = new ArrayList<>();
        if (decision instanceof Decision.Accepted<HostEvent> accepted
                && accepted.events().get(0) instanceof InstallRequested install) {
            asked.addAll(install.roots());
        }
        for (RootName name : names) {
            RootTarget present = state.target(name);
            if (present != null
                    && asked.stream().noneMatch(target -> target.root().equals(name))) {
                asked.add(present);
            }
        }
        return asked;
    }

    private final class Install implements Plan<List<RootTarget>> {
        private final HostId host;
        private final List<Wanted> packages;
        private final boolean upgrade;
        private final Keeping keeping;

        Install(HostId host, List<Wanted> packages, boolean upgrade, Keeping keeping) {
            this.keeping = keeping;
            this.host = host;
            this.packages = List.copyOf(packages);
            this.upgrade = upgrade;
        }

        @Override
        public CompletionStage<Attempt<List<RootTarget>>> attempt() {
            Refusal refusal = targets.problem(packages);
            if (refusal != null) {
                return CompletableFuture.completedFuture(new Attempt.Refused<>(refusal));
            }
            return views.thenCompose(() -> targets.resolve(packages)).thenApplyAsync(this::decide, views.executor());
        }

        private Attempt<List<RootTarget>> decide(Targets.Result result) {
            if (result.refusal() != null) {
                return new Attempt.Refused<>(result.refusal());
            }
            Loaded<HostState> loaded = load(host);
            Decision<HostEvent> decision = HostDecider.install(loaded.state(), host, result.targets(), upgrade);
            List<RootName> names =
                    result.targets().stream().map(RootTarget::root).toList();
            List<RootTarget> answer = after(loaded.state(), decision, names);
            return Kept.withContent(
                    Attempt.of(decision, StreamId.of(host), loaded.version(), events -> answer, answer), keeping);
        }

        @Override
        public @Nullable List<RootTarget> repeated(List<Event> events) {
            return events.get(0) instanceof InstallRequested install ? install.roots() : null;
        }
    }

    private final class Shortfall implements Plan<List<Offer>> {
        private final HostId host;
        private final List<Wanted> packages;
        private final List<RootName> roots;

        Shortfall(HostId host, List<Wanted> packages, List<RootName> roots) {
            this.host = host;
            this.packages = List.copyOf(packages);
            this.roots = List.copyOf(roots);
        }

        @Override
        public CompletionStage<Attempt<List<Offer>>> attempt() {
            List<Wanted> wanted = packages;
            Refusal refusal = null;
            if (packages.isEmpty()) {
                Upgradable upgradable = HostDecider.upgradable(load(host).state(), host, roots);
                refusal = upgradable.refusal();
                wanted = upgradable.roots().stream()
                        .map(root -> new Wanted(root.requested().name(), null, root.root(), root.recommends()))
                        .toList();
            } else {
                refusal = targets.problem(packages);
            }
            if (refusal != null) {
                return CompletableFuture.completedFuture(new Attempt.Refused<>(refusal));
            }
            List<Wanted> all = wanted;
            return views.thenCompose(() -> targets.shortage(all))
                    .thenApply(found -> found.refusal() == null
                            ? new Attempt.Unchanged<>(found.missing())
                            : new Attempt.Refused<>(found.refusal()));
        }

        @Override
        public @Nullable List<Offer> repeated(List<Event> events) {
            return null;
        }
    }

    private final class Upgrade implements Plan<List<RootTarget>> {
        private final HostId host;
        private final List<RootName> roots;
        private final Keeping keeping;

        Upgrade(HostId host, List<RootName> roots, Keeping keeping) {
            this.keeping = keeping;
            this.host = host;
            this.roots = List.copyOf(roots);
        }

        @Override
        public CompletionStage<Attempt<List<RootTarget>>> attempt() {
            Loaded<HostState> loaded = load(host);
            Upgradable upgradable = HostDecider.upgradable(loaded.state(), host, roots);
            if (upgradable.refusal() != null) {
                return CompletableFuture.completedFuture(new Attempt.Refused<>(upgradable.refusal()));
            }
            return views.thenCompose(() -> targets.newest(upgradable.roots(), !roots.isEmpty()))
                    .thenApply(result -> decide(loaded, upgradable.roots(), result));
        }

        private Attempt<List<RootTarget>> decide(
                Loaded<HostState> loaded, List<RootTarget> present, Targets.Result result) {
            if (result.refusal() != null) {
                return new Attempt.Refused<>(result.refusal());
            }
            if (result.targets().isEmpty()) {
                return new Attempt.Unchanged<>(present);
            }
            Decision<HostEvent> decision = HostDecider.install(loaded.state(), host, result.targets(), true);
            List<RootName> names = present.stream().map(RootTarget::root).toList();
            List<RootTarget> answer = after(loaded.state(), decision, names);
            return Kept.withContent(
                    Attempt.of(decision, StreamId.of(host), loaded.version(), events -> answer, answer), keeping);
        }

        @Override
        public @Nullable List<RootTarget> repeated(List<Event> events) {
            return events.get(0) instanceof InstallRequested install ? install.roots() : null;
        }
    }

    private final class Rollback implements Plan<List<RootTarget>> {
        private final HostId host;
        private final List<RootName> roots;
        private final Keeping keeping;

        Rollback(HostId host, List<RootName> roots, Keeping keeping) {
            this.keeping = keeping;
            this.host = host;
            this.roots = List.copyOf(roots);
        }

        @Override
        public CompletionStage<Attempt<List<RootTarget>>> attempt() {
            Loaded<HostState> loaded = load(host);
            return CompletableFuture.completedFuture(Kept.withContent(
                    Attempt.of(
                            HostDecider.rollback(loaded.state(), host, roots),
                            StreamId.of(host),
                            loaded.version(),
                            events -> ((RollbackRequested) events.get(0)).roots(),
                            List.of()),
                    keeping));
        }

        @Override
        public @Nullable List<RootTarget> repeated(List<Event> events) {
            return events.get(0) instanceof RollbackRequested rollback ? rollback.roots() : null;
        }
    }

    private final class Removal implements Plan<List<RootName>> {
        private final HostId host;
        private final List<RootName> roots;

        Removal(HostId host, List<RootName> roots) {
            this.host = host;
            this.roots = List.copyOf(roots);
        }

        @Override
        public CompletionStage<Attempt<List<RootName>>> attempt() {
            Loaded<HostState> loaded = load(host);
            return CompletableFuture.completedFuture(Attempt.of(
                    HostDecider.remove(loaded.state(), host, roots),
                    StreamId.of(host),
                    loaded.version(),
                    events -> roots,
                    roots));
        }

        @Override
        public @Nullable List<RootName> repeated(List<Event> events) {
            return events.get(0) instanceof RemovalRequested removal ? removal.roots() : null;
        }
    }
}
