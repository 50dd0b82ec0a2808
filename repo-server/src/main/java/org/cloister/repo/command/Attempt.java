package org.cloister.repo.command;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.cloister.events.CorrelationId;
import org.cloister.events.Event;
import org.cloister.events.StreamId;
import org.cloister.repo.decide.Decision;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.log.Append.Part;
import org.jspecify.annotations.Nullable;

/** What a command wants to do, on the states that it saw. */
sealed interface Attempt<A> {
    /**
     * To append; {@code answer} holds once that is done.
     *
     * @param correlation what it is tied to; null: what the request is tied to
     */
    record Proposed<A>(List<Part> parts, A answer, @Nullable CorrelationId correlation) implements Attempt<A> {
        public Proposed {
            parts = List.copyOf(parts);
        }

        Proposed(List<Part> parts, A answer) {
            this(parts, answer, null);
        }
    }

    record Unchanged<A>(A answer) implements Attempt<A> {}

    record Refused<A>(Refusal refusal) implements Attempt<A> {}

    /** A decision on one stream. */
    static <A, E extends Event> Attempt<A> of(
            Decision<E> decision, StreamId stream, long version, Function<List<E>, A> accepted, A unchanged) {
        if (decision instanceof Decision.Accepted<E> yes) {
            return new Proposed<>(
                    List.of(new Part(stream, version, List.copyOf(yes.events()))), accepted.apply(yes.events()));
        }
        if (decision instanceof Decision.Refused<E> no) {
            return new Refused<>(no.refusal());
        }
        return new Unchanged<>(unchanged);
    }

    /** The part of a decision that was accepted, or none if nothing changes. */
    static List<Part> parts(Decision<? extends Event> decision, StreamId stream, long version) {
        List<Part> parts = new ArrayList<>();
        if (decision instanceof Decision.Accepted<? extends Event> yes) {
            parts.add(new Part(stream, version, List.copyOf(yes.events())));
        }
        return parts;
    }
}
