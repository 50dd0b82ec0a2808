package org.cloister.repo.view;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.cloister.events.AccessEvent.PersonErased;
import org.cloister.events.AccessEvent.PersonRegistered;
import org.cloister.events.Event;
import org.cloister.events.PersonId;
import org.cloister.events.RecordedEvent;
import org.cloister.events.SealedName;
import org.cloister.repo.decide.Occurrence;
import org.jspecify.annotations.Nullable;

/** Everybody who was registered, by pseudonym, those who were erased too. Knows no names: they are sealed. */
public final class PeopleView implements View {
    private final ConcurrentNavigableMap<PersonId, Registered> people = new ConcurrentSkipListMap<>();

    /** @param erasure null as long as the person wasn't erased */
    public record Registered(
            PersonId person,
            SealedName name,
            Occurrence at,
            @Nullable Erasure erasure) {}

    /** When, on whose behalf and why nobody can tell any more who it was. */
    public record Erasure(Occurrence at, String reason) {}

    @Override
    public void apply(RecordedEvent recorded, Event event) {
        if (event instanceof PersonRegistered registered) {
            people.put(
                    registered.person(),
                    new Registered(registered.person(), registered.name(), Occurrence.of(recorded), null));
        } else if (event instanceof PersonErased erased) {
            people.computeIfPresent(
                    erased.person(),
                    (id, before) -> new Registered(
                            id, before.name(), before.at(), new Erasure(Occurrence.of(recorded), erased.reason())));
        }
    }

    /** Null if nobody has this pseudonym. */
    public @Nullable Registered find(PersonId person) {
        return people.get(person);
    }

    /** At most {@code limit}, by pseudonym, those after {@code after}, or the first ones. */
    public List<Registered> page(@Nullable PersonId after, int limit) {
        Collection<Registered> rest =
                after == null ? people.values() : people.tailMap(after, false).values();
        return rest.stream().limit(limit).toList();
    }
}
