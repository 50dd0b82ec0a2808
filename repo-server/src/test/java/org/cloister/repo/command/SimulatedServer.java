package org.cloister.repo.command;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.Event;
import org.cloister.events.RequestId;
import org.cloister.events.TokenId;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.deb.Architecture;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.person.InMemoryKeyTable;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** The repository's process: it can be killed; its log stays. Keeps every answer that it gave. */
final class SimulatedServer {
    /** What was acknowledged, by request. */
    final Map<RequestId, List<Outcome.Accepted<?>>> acknowledged = new HashMap<>();

    final EventCodec codec = new EventCodec();
    private final EventStore store;
    private long numbers;
    private Views views;
    private CommandService commands;

    SimulatedServer(EventStore store) {
        this.store = store;
        this.views = Views.of(store, codec);
        this.commands = start();
    }

    private CommandService start() {
        views = Views.of(store, codec);
        CatalogResolver resolver = new CatalogResolver(new Architecture("amd64"));
        views.catalog().listen(resolver);
        views.projection().start();
        return new EventSourcedCommands(
                store,
                codec,
                views,
                new EventSourcedCommands.Ports(
                        resolver,
                        layer -> true,
                        this::token,
                        InMemoryKeyTable.keys(),
                        () -> Repository.NOW,
                        Runnable::run));
    }

    private TokenSource.NewToken token() {
        numbers++;
        return new TokenSource.NewToken(
                new TokenId("t%09d".formatted(numbers)), Digest.ofText("secret" + numbers), "clo_" + numbers);
    }

    /** Everything in memory is lost. */
    void kill() {
        views.close();
        commands = start();
    }

    Views views() {
        views.projection()
                .current()
                .toCompletableFuture()
                .orTimeout(120, TimeUnit.SECONDS)
                .join();
        return views;
    }

    Request request(Caller caller) {
        numbers++;
        return new Request(caller, new RequestId("r-" + numbers), new CorrelationId("c-" + numbers));
    }

    /** Null if the log failed: then nobody knows whether it happened. */
    <A> @Nullable Outcome<A> ask(
            Request request, BiFunction<CommandService, Request, CompletionStage<Outcome<A>>> command) {
        try {
            Outcome<A> outcome = command.apply(commands, request)
                    .toCompletableFuture()
                    .orTimeout(120, TimeUnit.SECONDS)
                    .join();
            if (outcome instanceof Outcome.Accepted<A> accepted) {
                acknowledged
                        .computeIfAbsent(request.id(), id -> new ArrayList<>())
                        .add(accepted);
            }
            return outcome;
        } catch (CompletionException e) {
            if (e.getCause() instanceof java.io.IOException) {
                return null;
            }
            throw e;
        }
    }

    /** Asks until there is an answer, as a careful caller does; now and then once more, as a confused one does. */
    <A> Outcome<A> insist(
            Caller caller, boolean twice, BiFunction<CommandService, Request, CompletionStage<Outcome<A>>> command) {
        Request request = request(caller);
        Outcome<A> outcome = null;
        while (outcome == null) {
            outcome = ask(request, command);
        }
        if (twice) {
            ask(request, command);
        }
        return outcome;
    }

    List<Event> log() {
        return store.readAll(org.cloister.events.Position.NONE, Integer.MAX_VALUE).stream()
                .map(codec::decode)
                .toList();
    }
}
