package org.cloister.repo.decide;

import java.util.List;
import org.cloister.events.Event;

/** What a rule makes of a command on a state. */
public sealed interface Decision<E extends Event> {
    /** It shall be recorded; in this order, at least one event. */
    record Accepted<E extends Event>(List<E> events) implements Decision<E> {
        public Accepted {
            events = List.copyOf(events);
            if (events.isEmpty()) {
                throw new IllegalArgumentException("an accepted command has events; without any it is unchanged");
            }
        }
    }

    /** All is as the command wants it already: nothing is recorded. */
    record Unchanged<E extends Event>() implements Decision<E> {}

    /** Nothing is recorded. */
    record Refused<E extends Event>(Refusal refusal) implements Decision<E> {}

    static <E extends Event> Decision<E> accept(E event) {
        return new Accepted<>(List.of(event));
    }

    /** {@link Unchanged} if there are no events. */
    static <E extends Event> Decision<E> acceptAll(List<? extends E> events) {
        return events.isEmpty() ? unchanged() : new Accepted<>(List.copyOf(events));
    }

    static <E extends Event> Decision<E> unchanged() {
        return new Unchanged<>();
    }

    /** {@link Refusal#Refusal} says what the texts are. */
    static <E extends Event> Decision<E> refuse(Rule rule, String detail, String remedy) {
        return new Refused<>(new Refusal(rule, detail, remedy));
    }
}
