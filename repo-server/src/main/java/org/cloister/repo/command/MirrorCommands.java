package org.cloister.repo.command;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.cloister.events.Event;
import org.cloister.events.MirrorEvent;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorEvent.MirrorSyncFailed;
import org.cloister.events.MirrorEvent.MirrorSynchronized;
import org.cloister.events.MirrorName;
import org.cloister.events.Role;
import org.cloister.events.StreamId;
import org.cloister.repo.command.Streams.Loaded;
import org.cloister.repo.decide.Decision;
import org.cloister.repo.decide.MirrorDecider;
import org.cloister.repo.decide.MirrorState;
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
