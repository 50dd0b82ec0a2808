package org.cloister.repo.command;

import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.cloister.events.Event;
import org.cloister.events.PublisherKeyId;
import org.cloister.events.Role;
import org.cloister.events.SignaturePolicy;
import org.cloister.events.StreamId;
import org.cloister.events.TrustEvent;
import org.cloister.events.TrustEvent.PublisherKeyRegistered;
import org.cloister.events.sign.SignedRoot;
import org.cloister.repo.command.Streams.Loaded;
import org.cloister.repo.decide.Decision;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.decide.TrustDecider;
import org.cloister.repo.decide.TrustDecider.OnlineKeys;
import org.cloister.repo.decide.TrustState;
import org.jspecify.annotations.Nullable;

/**
 * Commands on whose signatures are taken. Only administrators register: else whoever has a publisher's token would register a key of his
 * own, and a signature would prove no more than the token. To revoke, the publisher's own word is enough.
 */
final class TrustCommands {
    private final CommandRunner runner;
    private final Streams streams;
    private final InstantSource clock;

    TrustCommands(CommandRunner runner, Streams streams, InstantSource clock) {
        this.clock = clock;
        this.runner = runner;
        this.streams = streams;
    }

    CompletionStage<Outcome<PublisherKeyId>> register(Request request, PublisherKeyRegistered wanted) {
        return change(
                request,
                Authority.unbound(request.caller(), Role.ADMINISTRATOR),
                state -> TrustDecider.register(state, wanted),
                wanted.key());
    }

    CompletionStage<Outcome<PublisherKeyId>> revoke(Request request, PublisherKeyId key, String reason) {
        Caller caller = request.caller();
        return change(
                request,
                Authority.unbound(caller, Role.PUBLISHER),
                state -> TrustDecider.revoke(state, key, reason, caller.principal(), caller.hasAny(Role.ADMINISTRATOR)),
                key);
    }

    CompletionStage<Outcome<SignaturePolicy>> change(Request request, SignaturePolicy policy) {
        return change(
                request,
                Authority.unbound(request.caller(), Role.ADMINISTRATOR),
                state -> TrustDecider.change(state, policy),
                policy);
    }

    CompletionStage<Outcome<Integer>> publish(Request request, SignedRoot root, OnlineKeys online) {
        return change(
                request,
                Authority.unbound(request.caller(), Role.ADMINISTRATOR),
                state -> TrustDecider.publish(state, root, online, clock.instant()),
                root.root().version());
    }

    private <A> CompletionStage<Outcome<A>> change(
            Request request, @Nullable Refusal refusal, Function<TrustState, Decision<TrustEvent>> rule, A answer) {
        return runner.run(request, refusal, new Plan<A>() {
            @Override
            public CompletionStage<Attempt<A>> attempt() {
                Loaded<TrustState> loaded = streams.load(StreamFamily.TRUST, StreamId.trust());
                return CompletableFuture.completedFuture(Attempt.of(
                        rule.apply(loaded.state()), StreamId.trust(), loaded.version(), events -> answer, answer));
            }

            @Override
            public @Nullable A repeated(List<Event> events) {
                return events.get(0) instanceof TrustEvent ? answer : null;
            }
        });
    }
}
