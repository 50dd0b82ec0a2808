package org.cloister.repo.command;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.cloister.events.Event;
import org.cloister.events.PackageEvent;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.Role;
import org.cloister.events.StreamId;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.command.LayerPresence.Keeping;
import org.cloister.repo.command.Streams.Loaded;
import org.cloister.repo.decide.Decision;
import org.cloister.repo.decide.PackageDecider;
import org.cloister.repo.decide.PackageState;
import org.cloister.repo.decide.PackageState.Published;
import org.cloister.repo.decide.Refusal;
import org.jspecify.annotations.Nullable;

/** Commands on packages. */
final class PackageCommands {
    private final CommandRunner runner;
    private final Streams streams;
    private final LayerPresence pool;

    PackageCommands(CommandRunner runner, Streams streams, LayerPresence pool) {
        this.pool = pool;
        this.runner = runner;
        this.streams = streams;
    }

    /** What a mirror brings is published by its operator. */
    CompletionStage<Outcome<PackagePublished>> publish(Request request, PackagePublished publication) {
        Refusal refusal = publication.mirror() == null
                ? Authority.unbound(request.caller(), Role.PUBLISHER)
                : Authority.unbound(request.caller(), Role.PUBLISHER, Role.OPERATOR);
        return runner.run(request, refusal, new Publish(publication));
    }

    CompletionStage<Outcome<PackageId>> yank(Request request, PackageId id, String reason) {
        return change(request, id, state -> PackageDecider.yank(state, id, reason));
    }

    CompletionStage<Outcome<PackageId>> restore(Request request, PackageId id, String reason) {
        return Kept.during(
                pool,
                keeping -> change(
                        request, id, state -> PackageDecider.restore(state, id, reason, isHere(state, id, keeping))));
    }

    private static boolean isHere(PackageState state, PackageId id, Keeping keeping) {
        Published version = state.version(id);
        return version != null
                && keeping.artifact(version.event().artifact())
                && keeping.layer(version.event().layer());
    }

    private CompletionStage<Outcome<PackageId>> change(
            Request request, PackageId id, Function<PackageState, Decision<PackageEvent>> rule) {
        return runner.run(request, Authority.unbound(request.caller(), Role.PUBLISHER), new Change(id, rule));
    }

    private Loaded<PackageState> load(PackageId id) {
        return streams.load(StreamFamily.PACKAGE, stream(id));
    }

    private static StreamId stream(PackageId id) {
        return StreamId.ofPackage(id.name().text());
    }

    private final class Publish implements Plan<PackagePublished> {
        private final PackagePublished wanted;

        Publish(PackagePublished wanted) {
            this.wanted = wanted;
        }

        @Override
        public CompletionStage<Attempt<PackagePublished>> attempt() {
            Loaded<PackageState> loaded = load(wanted.id());
            Published present = loaded.state().version(wanted.id());
            return CompletableFuture.completedFuture(Attempt.of(
                    PackageDecider.publish(loaded.state(), wanted),
                    stream(wanted.id()),
                    loaded.version(),
                    events -> wanted,
                    present == null ? wanted : present.event()));
        }

        @Override
        public @Nullable PackagePublished repeated(List<Event> events) {
            return events.get(0) instanceof PackagePublished published ? published : null;
        }
    }

    private final class Change implements Plan<PackageId> {
        private final PackageId id;
        private final Function<PackageState, Decision<PackageEvent>> rule;

        Change(PackageId id, Function<PackageState, Decision<PackageEvent>> rule) {
            this.id = id;
            this.rule = rule;
        }

        @Override
        public CompletionStage<Attempt<PackageId>> attempt() {
            Loaded<PackageState> loaded = load(id);
            return CompletableFuture.completedFuture(
                    Attempt.of(rule.apply(loaded.state()), stream(id), loaded.version(), events -> id, id));
        }

        @Override
        public @Nullable PackageId repeated(List<Event> events) {
            return events.get(0) instanceof PackageEvent ? id : null;
        }
    }
}
