package org.cloister.repo.command;

import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.cloister.events.AccessEvent;
import org.cloister.events.AccessEvent.TokenIssued;
import org.cloister.events.AccessEvent.TokenRevoked;
import org.cloister.events.Event;
import org.cloister.events.HostId;
import org.cloister.events.Role;
import org.cloister.events.StreamId;
import org.cloister.events.TokenId;
import org.cloister.repo.command.Streams.Loaded;
import org.cloister.repo.command.TokenSource.NewToken;
import org.cloister.repo.decide.AccessDecider;
import org.cloister.repo.decide.AccessState;
import org.cloister.repo.decide.AccessState.Issued;
import org.cloister.repo.decide.Decision;
import org.cloister.repo.decide.HostDecider;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.view.TokensView;
import org.jspecify.annotations.Nullable;

/** Commands on tokens. */
final class TokenCommands {
    private final CommandRunner runner;
    private final Streams streams;
    private final CurrentViews views;
    private final TokensView tokens;
    private final TokenSource source;
    private final InstantSource clock;

    TokenCommands(
            CommandRunner runner,
            Streams streams,
            CurrentViews views,
            TokensView tokens,
            TokenSource source,
            InstantSource clock) {
        this.runner = runner;
        this.streams = streams;
        this.views = views;
        this.tokens = tokens;
        this.source = source;
        this.clock = clock;
    }

    CompletionStage<Outcome<IssuedToken>> issue(Request request, TokenOrder order) {
        Refusal refusal = Authority.unbound(request.caller(), Role.ADMINISTRATOR);
        return runner.run(request, refusal, new Plan<>() {
            @Override
            public CompletionStage<Attempt<IssuedToken>> attempt() {
                Refusal absence = absence(order.host());
                if (absence != null) {
                    return CompletableFuture.completedFuture(new Attempt.Refused<>(absence));
                }
                StreamId stream = StreamId.of(order.principal());
                Loaded<AccessState> loaded = streams.load(StreamFamily.ACCESS, stream);
                NewToken token = source.next();
                TokenIssued event = event(order, token);
                IssuedToken answer = new IssuedToken(event, token.text());
                Decision<AccessEvent> decision = AccessDecider.issue(loaded.state(), event, clock.instant());
                return CompletableFuture.completedFuture(
                        Attempt.of(decision, stream, loaded.version(), events -> answer, answer));
            }

            @Override
            public @Nullable IssuedToken repeated(List<Event> events) {
                return events.get(0) instanceof TokenIssued issued ? new IssuedToken(issued, null) : null;
            }
        });
    }

    /** Why no token can speak for the host, or null. A host that is retired at the same moment closes the token all the same. */
    @Nullable
    Refusal absence(@Nullable HostId host) {
        return host == null
                ? null
                : HostDecider.absence(
                        streams.load(StreamFamily.HOST, StreamId.of(host)).state(), host);
    }

    static TokenIssued event(TokenOrder order, NewToken token) {
        return new TokenIssued(
                token.id(), order.principal(), order.roles(), token.secretHash(), order.host(), order.expires());
    }

    CompletionStage<Outcome<TokenId>> revoke(Request request, TokenId id, String reason) {
        Refusal refusal = Authority.unbound(request.caller(), Role.ADMINISTRATOR);
        return runner.run(request, refusal, new Revoke(id, reason));
    }

    private final class Revoke implements Plan<TokenId> {
        private final TokenId id;
        private final String reason;

        Revoke(TokenId id, String reason) {
            this.id = id;
            this.reason = reason;
        }

        @Override
        public CompletionStage<Attempt<TokenId>> attempt() {
            return views.then(() -> {
                Issued issued = tokens.find(id);
                return issued == null ? new Attempt.Refused<>(AccessDecider.unknown(id)) : decide(issued);
            });
        }

        private Attempt<TokenId> decide(Issued issued) {
            StreamId stream = StreamId.of(issued.event().principal());
            Loaded<AccessState> loaded = streams.load(StreamFamily.ACCESS, stream);
            Decision<AccessEvent> decision = AccessDecider.revoke(loaded.state(), id, reason);
            return Attempt.of(decision, stream, loaded.version(), events -> id, id);
        }

        @Override
        public @Nullable TokenId repeated(List<Event> events) {
            return events.get(0) instanceof TokenRevoked revoked ? revoked.id() : null;
        }
    }
}
