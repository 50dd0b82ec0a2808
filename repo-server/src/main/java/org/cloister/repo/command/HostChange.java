package org.cloister.repo.command;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import org.cloister.events.Event;
import org.cloister.events.HostEvent;
import org.cloister.events.HostId;
import org.cloister.events.StreamId;
import org.cloister.repo.command.Streams.Loaded;
import org.cloister.repo.decide.Decision;
import org.cloister.repo.decide.HostState;
import org.jspecify.annotations.Nullable;

/**
 * A rule that needs nothing but the host's state; answers what was recorded.
 *
 * @param ofKind the events that such a command records
 */
record HostChange(Streams streams, HostId host, Function<HostState, Decision<HostEvent>> rule, Predicate<Event> ofKind)
        implements Plan<List<HostEvent>> {
    @Override
    public CompletionStage<Attempt<List<HostEvent>>> attempt() {
        Loaded<HostState> loaded = streams.load(StreamFamily.HOST, StreamId.of(host));
        return CompletableFuture.completedFuture(Attempt.of(
                rule.apply(loaded.state()), StreamId.of(host), loaded.version(), events -> events, List.of()));
    }

    @Override
    public @Nullable List<HostEvent> repeated(List<Event> events) {
        return events.stream().allMatch(ofKind)
                ? events.stream().map(HostEvent.class::cast).toList()
                : null;
    }
}
