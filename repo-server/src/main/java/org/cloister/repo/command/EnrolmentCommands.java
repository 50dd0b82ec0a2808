package org.cloister.repo.command;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.cloister.events.AccessEvent;
import org.cloister.events.AccessEvent.TokenIssued;
import org.cloister.events.AccessEvent.TokenRevoked;
import org.cloister.events.Event;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.HostEnrolled;
import org.cloister.events.HostEvent.HostRetired;
import org.cloister.events.HostId;
import org.cloister.events.Principal;
import org.cloister.events.Role;
import org.cloister.events.StreamId;
import org.cloister.repo.command.Streams.Loaded;
import org.cloister.repo.command.TokenSource.NewToken;
import org.cloister.repo.decide.AccessDecider;
import org.cloister.repo.decide.AccessState;
import org.cloister.repo.decide.AccessState.Issued;
import org.cloister.repo.decide.Decision;
import org.cloister.repo.decide.HostDecider;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.log.Append.Part;
import org.jspecify.annotations.Nullable;

/** Hosts come and go, each with the tokens of its agent. */
final class EnrolmentCommands {
    private final CommandRunner runner;
    private final Streams streams;
    private final TokenSource source;
    private final InstantSource clock;

    EnrolmentCommands(CommandRunner runner, Streams streams, TokenSource source, InstantSource clock) {
        this.runner = runner;
        this.streams = streams;
        this.source = source;
        this.clock = clock;
    }

    CompletionStage<Outcome<Enrolled>> enrol(Request request, Enrolment enrolment) {
        Refusal refusal = Authority.unbound(request.caller(), Role.AGENT, Role.OPERATOR);
        HostKey key = HostKey.parse(enrolment.publicKey()).orElse(null);
        if (key == null) {
            Refusal invalid = refusal == null ? HostDecider.notEd25519(enrolment.name()) : refusal;
            return CompletableFuture.completedFuture(new Outcome.Refused<>(invalid));
        }
        return runner.run(request, refusal, new Enrol(request.caller(), enrolment, key));
    }

    CompletionStage<Outcome<HostId>> retire(Request request, HostId host, String reason) {
        return runner.run(request, Authority.unbound(request.caller(), Role.OPERATOR), new Retire(host, reason));
    }

    private final class Enrol implements Plan<Enrolled> {
        private final HostEnrolled wanted;
        private final boolean proved;
        private final Set<Role> roles;

        Enrol(Caller caller, Enrolment enrolment, HostKey key) {
            this.wanted = new HostEnrolled(key.host(), enrolment.name(), enrolment.publicKey());
            this.proved = key.verifies(enrolment.signedText(), enrolment.signature());
            // What a builder makes is linked into every host's roots: only who may do that can pass it on.
            this.roles = caller.hasAny(Role.BUILDER) ? EnumSet.of(Role.AGENT, Role.BUILDER) : EnumSet.of(Role.AGENT);
        }

        @Override
        public CompletionStage<Attempt<Enrolled>> attempt() {
            return CompletableFuture.completedFuture(decide());
        }

        private Attempt<Enrolled> decide() {
            HostId id = wanted.host();
            StreamId hostStream = StreamId.of(id);
            StreamId accessStream = StreamId.of(Principal.ofAgent(id));
            Loaded<HostState> host = streams.load(StreamFamily.HOST, hostStream);
            Decision<HostEvent> enrolment = HostDecider.enrol(host.state(), wanted, proved);
            if (enrolment instanceof Decision.Refused<HostEvent> refused) {
                return new Attempt.Refused<>(refused.refusal());
            }
            Loaded<AccessState> access = streams.load(StreamFamily.ACCESS, accessStream);
            NewToken token = source.next();
            TokenIssued issued = TokenCommands.event(new TokenOrder(Principal.ofAgent(id), roles, id, null), token);
            Decision<AccessEvent> issue = AccessDecider.issue(access.state(), issued, clock.instant());
            if (issue instanceof Decision.Refused<AccessEvent> refused) {
                return new Attempt.Refused<>(refused.refusal());
            }
            List<Part> parts = new ArrayList<>(Attempt.parts(enrolment, hostStream, host.version()));
            parts.addAll(Attempt.parts(issue, accessStream, access.version()));
            return new Attempt.Proposed<>(parts, new Enrolled(id, new IssuedToken(issued, token.text())));
        }

        @Override
        public @Nullable Enrolled repeated(List<Event> events) {
            Event last = events.get(events.size() - 1);
            return last instanceof TokenIssued issued && wanted.host().equals(issued.host())
                    ? new Enrolled(wanted.host(), new IssuedToken(issued, null))
                    : null;
        }
    }

    private final class Retire implements Plan<HostId> {
        private final HostId host;
        private final String reason;

        Retire(HostId host, String reason) {
            this.host = host;
            this.reason = reason;
        }

        @Override
        public CompletionStage<Attempt<HostId>> attempt() {
            return CompletableFuture.completedFuture(decide());
        }

        private Attempt<HostId> decide() {
            StreamId stream = StreamId.of(host);
            Loaded<HostState> loaded = streams.load(StreamFamily.HOST, stream);
            Decision<HostEvent> decision = HostDecider.retire(loaded.state(), host, reason);
            if (!(decision instanceof Decision.Accepted<HostEvent>)) {
                return Attempt.of(decision, stream, loaded.version(), events -> host, host);
            }
            List<Part> parts = new ArrayList<>(Attempt.parts(decision, stream, loaded.version()));
            StreamId access = StreamId.of(Principal.ofAgent(host));
            Loaded<AccessState> tokens = streams.load(StreamFamily.ACCESS, access);
            List<Event> revoked = new ArrayList<>();
            for (Issued token : tokens.state().tokens().values()) {
                if (token.valid(clock.instant())) {
                    revoked.add(new TokenRevoked(token.event().id(), "host retired: " + reason));
                }
            }
            if (!revoked.isEmpty()) {
                parts.add(new Part(access, tokens.version(), revoked));
            }
            return new Attempt.Proposed<>(parts, host);
        }

        @Override
        public @Nullable HostId repeated(List<Event> events) {
            return events.get(0) instanceof HostRetired retired
                            && retired.host().equals(host)
                    ? host
                    : null;
        }
    }
}
