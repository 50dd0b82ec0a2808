package org.cloister.repo.command;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.cloister.events.Event;
import org.cloister.events.HoldName;
import org.cloister.events.PoolEvent;
import org.cloister.events.PoolEvent.HoldPlaced;
import org.cloister.events.PoolEvent.RetentionChanged;
import org.cloister.events.Role;
import org.cloister.events.StreamId;
import org.cloister.repo.command.LayerPresence.Keeping;
import org.cloister.repo.command.Streams.Loaded;
import org.cloister.repo.decide.Decision;
import org.cloister.repo.decide.PoolDecider;
import org.cloister.repo.decide.PoolState;
import org.jspecify.annotations.Nullable;

/** Commands on what rules the pool. While a rule changes nothing goes: what goes after its event goes by it. */
final class PoolCommands {
    private final CommandRunner runner;
    private final Streams streams;
    private final LayerPresence pool;
    private final Executor executor;

    PoolCommands(CommandRunner runner, Streams streams, LayerPresence pool, Executor executor) {
        this.runner = runner;
        this.streams = streams;
        this.pool = pool;
        this.executor = executor;
    }

    CompletionStage<Outcome<RetentionChanged>> retain(Request request, RetentionChanged wanted) {
        return whileNothingGoes(() -> change(request, state -> PoolDecider.retain(state, wanted), wanted));
    }

    CompletionStage<Outcome<HoldPlaced>> hold(Request request, HoldPlaced wanted) {
        return whileNothingGoes(() -> change(request, state -> PoolDecider.hold(state, wanted), wanted));
    }

    CompletionStage<Outcome<HoldName>> release(Request request, HoldName name, String reason) {
        return change(request, state -> PoolDecider.release(state, name, reason), name);
    }

    private interface Command<A> {
        CompletionStage<Outcome<A>> run();
    }

    private <A> CompletionStage<Outcome<A>> whileNothingGoes(Command<A> command) {
        return CompletableFuture.supplyAsync(this::keepAll, executor)
                .thenCompose(keeping -> command.run().whenComplete((done, failure) -> keeping.close()));
    }

    private Keeping keepAll() {
        try {
            return pool.keepingAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a collection", e);
        }
    }

    private <A> CompletionStage<Outcome<A>> change(
            Request request, Function<PoolState, Decision<PoolEvent>> rule, A answer) {
        return runner.run(request, Authority.unbound(request.caller(), Role.ADMINISTRATOR), new Plan<A>() {
            @Override
            public CompletionStage<Attempt<A>> attempt() {
                Loaded<PoolState> loaded = streams.load(StreamFamily.POOL, StreamId.pool());
                return CompletableFuture.completedFuture(Attempt.of(
                        rule.apply(loaded.state()), StreamId.pool(), loaded.version(), events -> answer, answer));
            }

            @Override
            public @Nullable A repeated(List<Event> events) {
                return events.get(0) instanceof PoolEvent ? answer : null;
            }
        });
    }
}
