package org.cloister.repo.command;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.cloister.events.AccessEvent.RequestsRefused;
import org.cloister.events.Event;
import org.cloister.events.Principal;
import org.cloister.events.Role;
import org.cloister.events.StreamId;
import org.cloister.repo.log.Append.Part;
import org.jspecify.annotations.Nullable;

/** Puts what was refused on record. */
final class RefusalCommand {
    private final CommandRunner runner;
    private final Streams streams;

    RefusalCommand(CommandRunner runner, Streams streams) {
        this.runner = runner;
        this.streams = streams;
    }

    CompletionStage<Outcome<Integer>> record(Request request, List<RequestsRefused> refusals) {
        return runner.run(request, Authority.unbound(request.caller(), Role.ADMINISTRATOR), new Plan<Integer>() {
            @Override
            public CompletionStage<Attempt<Integer>> attempt() {
                SortedMap<Principal, List<Event>> byPrincipal = new TreeMap<>();
                refusals.forEach(refusal -> byPrincipal
                        .computeIfAbsent(refusal.principal(), principal -> new ArrayList<>())
                        .add(refusal));
                List<Part> parts = new ArrayList<>();
                byPrincipal.forEach((principal, events) -> {
                    StreamId stream = StreamId.of(principal);
                    parts.add(new Part(
                            stream, streams.load(StreamFamily.ACCESS, stream).version(), events));
                });
                return CompletableFuture.completedFuture(
                        parts.isEmpty() ? new Attempt.Unchanged<>(0) : new Attempt.Proposed<>(parts, refusals.size()));
            }

            @Override
            public @Nullable Integer repeated(List<Event> events) {
                return events.get(0) instanceof RequestsRefused ? events.size() : null;
            }
        });
    }
}
