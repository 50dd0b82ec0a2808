package org.cloister.repo.command;

import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.cloister.events.AccessEvent;
import org.cloister.events.AccessEvent.PersonErased;
import org.cloister.events.AccessEvent.PersonRegistered;
import org.cloister.events.AccessEvent.TokenIssued;
import org.cloister.events.Event;
import org.cloister.events.PersonId;
import org.cloister.events.Role;
import org.cloister.events.StreamId;
import org.cloister.repo.command.Streams.Loaded;
import org.cloister.repo.command.TokenSource.NewToken;
import org.cloister.repo.decide.AccessDecider;
import org.cloister.repo.decide.AccessState;
import org.cloister.repo.decide.AccessState.Identity;
import org.cloister.repo.decide.Decision;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.log.Append.Part;
import org.cloister.repo.person.PersonKey;
import org.cloister.repo.person.PersonKeys;
import org.cloister.repo.person.PersonName;
import org.cloister.repo.view.PeopleView;
import org.cloister.repo.view.TokensView;
import org.jspecify.annotations.Nullable;

/**
 * People get tokens and are erased. A key is kept before the event that needs it, and destroyed after the event that says so; what a crash
 * leaves between the two is harmless, or made good by whoever meets it.
 */
final class PersonCommands {
    /** Each round but the last met somebody who registered or erased the same name at the same moment. */
    private static final int MAX_ROUNDS = 5;

    private final CommandRunner runner;
    private final Streams streams;
    private final CurrentViews views;
    private final TokensView tokens;
    private final PeopleView people;
    private final TokenCommands tokenCommands;
    private final EventSourcedCommands.Ports ports;

    PersonCommands(
            CommandRunner runner,
            Streams streams,
            CurrentViews views,
            TokensView tokens,
            PeopleView people,
            TokenCommands tokenCommands,
            EventSourcedCommands.Ports ports) {
        this.runner = runner;
        this.streams = streams;
        this.views = views;
        this.tokens = tokens;
        this.people = people;
        this.tokenCommands = tokenCommands;
        this.ports = ports;
    }

    private PersonKeys keys() {
        return ports.people();
    }

    private InstantSource clock() {
        return ports.clock();
    }

    CompletionStage<Outcome<IssuedToken>> issue(Request request, PersonTokenOrder order) {
        return runner.run(request, Authority.unbound(request.caller(), Role.ADMINISTRATOR), new Issue(order));
    }

    private final class Issue implements Plan<IssuedToken> {
        private final PersonTokenOrder order;

        Issue(PersonTokenOrder order) {
            this.order = order;
        }

        @Override
        public CompletionStage<Attempt<IssuedToken>> attempt() {
            Refusal absence = tokenCommands.absence(order.host());
            return CompletableFuture.completedFuture(absence == null ? decide() : new Attempt.Refused<>(absence));
        }

        private Attempt<IssuedToken> decide() {
            for (int round = 0; round < MAX_ROUNDS; round++) {
                Optional<PersonKey> known = keys().find(order.person());
                PersonKey key = known.orElseGet(keys()::fresh);
                StreamId stream = StreamId.of(key.person().principal());
                Loaded<AccessState> loaded = streams.load(StreamFamily.ACCESS, stream);
                if (loaded.state().identity() == Identity.ERASED) {
                    keys().destroy(List.of(key.person()));
                    continue;
                }
                Attempt<IssuedToken> attempt = decide(key, stream, loaded);
                boolean ready =
                        !(attempt instanceof Attempt.Proposed) || known.isPresent() || keys().keep(key, order.person());
                if (ready) {
                    return attempt;
                }
            }
            return new Attempt.Refused<>(new Refusal(
                    Rule.RACING_WRITERS,
                    "others registered or erased this person while this was decided",
                    "send the same request again"));
        }

        private Attempt<IssuedToken> decide(PersonKey key, StreamId stream, Loaded<AccessState> loaded) {
            List<Event> events = new ArrayList<>();
            AccessState state = loaded.state();
            PersonRegistered registered = new PersonRegistered(key.person(), keys().seal(key, order.person()));
            if (AccessDecider.register(state, registered) instanceof Decision.Accepted<AccessEvent> accepted) {
                events.addAll(accepted.events());
                state = state.evolve(registered);
            }
            NewToken token = ports.tokens().next();
            TokenIssued issued = TokenCommands.event(order.under(key.person()), token);
            Decision<AccessEvent> decision = AccessDecider.issue(state, issued, clock().instant());
            if (decision instanceof Decision.Refused<AccessEvent> refused) {
                return new Attempt.Refused<>(refused.refusal());
            }
            events.add(issued);
            return new Attempt.Proposed<>(
                    List.of(new Part(stream, loaded.version(), events)), new IssuedToken(issued, token.text()));
        }

        @Override
        public @Nullable IssuedToken repeated(List<Event> events) {
            return events.get(events.size() - 1) instanceof TokenIssued issued ? new IssuedToken(issued, null) : null;
        }
    }

    /** When this is answered, the key is destroyed. */
    CompletionStage<Outcome<PersonId>> erase(Request request, ErasureOrder order) {
        Refusal refusal = Authority.unbound(request.caller(), Role.ADMINISTRATOR);
        return runner.run(request, refusal, new Erase(order)).thenApplyAsync(this::destroyed, ports.executor());
    }

    private Outcome<PersonId> destroyed(Outcome<PersonId> outcome) {
        try {
            if (outcome instanceof Outcome.Accepted<PersonId> accepted) {
                keys().destroy(List.of(accepted.answer()));
            } else if (outcome instanceof Outcome.Unchanged<PersonId> unchanged) {
                keys().destroy(List.of(unchanged.answer()));
            }
            return outcome;
        } catch (UncheckedIOException e) {
            throw new CompletionException(e.getCause());
        }
    }

    private final class Erase implements Plan<PersonId> {
        private final ErasureOrder order;
        /** Who has the name that was asked for, as of the last attempt; attempts and the answer follow one another. */
        private volatile @Nullable PersonId found;

        Erase(ErasureOrder order) {
            this.order = order;
        }

        @Override
        public CompletionStage<Attempt<PersonId>> attempt() {
            return views.then(() -> {
                PersonName name = order.name();
                PersonId person = order.person();
                if (name != null) {
                    person = keys().find(name).map(PersonKey::person).orElse(null);
                } else if (person != null) {
                    name = name(person);
                }
                found = person;
                if (person == null) {
                    return new Attempt.Refused<>(new Refusal(
                            Rule.PERSON_UNKNOWN,
                            "nobody of this name is registered, or was erased already",
                            "see the people, those who were erased too: GET /v1/people. A principal that was named"
                                    + " plainly can't be erased: the log has the name for ever"));
                }
                return name != null && name.isIn(order.reason()) ? told() : decide(person);
            });
        }

        private @Nullable PersonName name(PersonId person) {
            PeopleView.Registered registered = people.find(person);
            return registered == null
                    ? null
                    : keys().open(Map.of(person, registered.name())).get(person);
        }

        private static Attempt<PersonId> told() {
            return new Attempt.Refused<>(new Refusal(
                    Rule.MALFORMED_REQUEST,
                    "the reason has the name in it, and would stay in the log for ever",
                    "say why without the name"));
        }

        private Attempt<PersonId> decide(PersonId person) {
            StreamId stream = StreamId.of(person.principal());
            Loaded<AccessState> loaded = streams.load(StreamFamily.ACCESS, stream);
            boolean others = tokens.all().stream()
                    .anyMatch(token -> token.valid(clock().instant())
                            && AccessDecider.administers(token)
                            && !token.event().principal().equals(person.principal()));
            Decision<AccessEvent> decision = AccessDecider.erase(
                    loaded.state(), new PersonErased(person, order.reason()), others, clock().instant());
            return Attempt.of(decision, stream, loaded.version(), events -> person, person);
        }

        @Override
        public @Nullable PersonId repeated(List<Event> events) {
            PersonId asked = found;
            return events.get(events.size() - 1) instanceof PersonErased erased
                            && (asked == null || asked.equals(erased.person()))
                    ? erased.person()
                    : null;
        }
    }
}
