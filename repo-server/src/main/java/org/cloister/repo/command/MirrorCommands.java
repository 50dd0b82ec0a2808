package org.cloister.repo.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.cloister.events.Event;
import org.cloister.events.MirrorEvent;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorEvent.MirrorIndexed;
import org.cloister.events.MirrorEvent.MirrorSyncFailed;
import org.cloister.events.MirrorEvent.MirrorSynchronized;
import org.cloister.events.MirrorName;
import org.cloister.events.Role;
import org.cloister.events.StreamId;
import org.cloister.repo.command.Streams.Loaded;
import org.cloister.repo.decide.Decision;
import org.cloister.repo.decide.MirrorDecider;
import org.cloister.repo.decide.MirrorDifference;
import org.cloister.repo.decide.MirrorState;
import org.cloister.repo.log.Append.Part;
import org.jspecify.annotations.Nullable;

/** Commands on mirrors. */
final class MirrorCommands {
    private final CommandRunner runner;
    private final Streams streams;

    MirrorCommands(CommandRunner runner, Streams streams) {
        this.runner = runner;
        this.streams = streams;
    }

    CompletionStage<Outcome<MirrorDefined>> define(Request request, MirrorDefined wanted) {
        return run(request, wanted.name(), wanted, MirrorDefined.class, MirrorDecider::define);
    }

    CompletionStage<Outcome<MirrorSynchronized>> synchronize(Request request, MirrorSynchronized result) {
        return run(request, result.name(), result, MirrorSynchronized.class, MirrorDecider::synchronize);
    }

    CompletionStage<Outcome<MirrorSyncFailed>> fail(Request request, MirrorSyncFailed result) {
        return run(request, result.name(), result, MirrorSyncFailed.class, MirrorDecider::fail);
    }

    CompletionStage<Outcome<List<MirrorIndexed>>> index(Request request, List<MirrorDifference> found) {
        return runner.run(request, Authority.unbound(request.caller(), Role.OPERATOR), new Index(found));
    }

    private final class Index implements Plan<List<MirrorIndexed>> {
        private final List<MirrorDifference> found;

        Index(List<MirrorDifference> found) {
            this.found = List.copyOf(found);
        }

        @Override
        public CompletionStage<Attempt<List<MirrorIndexed>>> attempt() {
            List<Part> parts = new ArrayList<>();
            for (MirrorDifference each : found) {
                StreamId stream = StreamId.of(each.definition().name());
                Loaded<MirrorState> loaded = streams.load(StreamFamily.MIRROR, stream);
                Decision<MirrorEvent> decision = MirrorDecider.index(loaded.state(), each);
                if (decision instanceof Decision.Refused<MirrorEvent> no) {
                    return CompletableFuture.completedFuture(new Attempt.Refused<>(no.refusal()));
                }
                parts.addAll(Attempt.parts(decision, stream, loaded.version()));
            }
            return CompletableFuture.completedFuture(
                    new Attempt.Proposed<>(parts, ends(found.stream().flatMap(each -> each.events().stream()))));
        }

        @Override
        public @Nullable List<MirrorIndexed> repeated(List<Event> events) {
            List<MirrorIndexed> ends = ends(events.stream());
            return ends.isEmpty() ? null : ends;
        }

        private static List<MirrorIndexed> ends(Stream<? extends Event> events) {
            return events.filter(MirrorIndexed.class::isInstance)
                    .map(MirrorIndexed.class::cast)
                    .toList();
        }
    }

    private <E extends MirrorEvent> CompletionStage<Outcome<E>> run(
            Request request,
            MirrorName name,
            E wanted,
            Class<E> type,
            BiFunction<MirrorState, E, Decision<MirrorEvent>> rule) {
        return runner.run(request, Authority.unbound(request.caller(), Role.OPERATOR), new Plan<E>() {
            @Override
            public CompletionStage<Attempt<E>> attempt() {
                StreamId stream = StreamId.of(name);
                Loaded<MirrorState> loaded = streams.load(StreamFamily.MIRROR, stream);
                return CompletableFuture.completedFuture(Attempt.of(
                        rule.apply(loaded.state(), wanted), stream, loaded.version(), events -> wanted, wanted));
            }

            @Override
            public @Nullable E repeated(List<Event> events) {
                return type.isInstance(events.get(0)) ? type.cast(events.get(0)) : null;
            }
        });
    }
}
