package org.cloister.repo.person;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.cloister.events.PersonId;
import org.cloister.repo.view.PeopleView;
import org.cloister.repo.view.PeopleView.Registered;
import org.jspecify.annotations.Nullable;

/**
 * Who the pseudonyms are, for whoever may know. A name is read anew each time; of somebody whom the view calls erased there is none, even
 * while the key is still there. Thread-safe; blocks. Throws {@link java.io.UncheckedIOException} if the database failed.
 */
public final class People {
    private final PeopleView view;
    private final PersonKeys keys;

    public People(PeopleView view, PersonKeys keys) {
        this.view = view;
        this.keys = keys;
    }

    /** @param name null if the person was erased, the key is lost, or names weren't asked for */
    public record Person(Registered registered, @Nullable PersonName name) {}

    /** At most {@code limit}, by pseudonym, those after {@code after}, or the first ones. */
    public List<Person> page(@Nullable PersonId after, int limit) {
        return named(view.page(after, limit));
    }

    /** Those of these who were registered. */
    public List<Person> of(Collection<PersonId> people) {
        return named(registered(people));
    }

    /** The same without names, for whoever may not know them. */
    public List<Person> unnamed(Collection<PersonId> people) {
        return registered(people).stream()
                .map(person -> new Person(person, null))
                .toList();
    }

    private List<Registered> registered(Collection<PersonId> people) {
        return people.stream()
                .distinct()
                .map(view::find)
                .filter(Objects::nonNull)
                .toList();
    }

    /** The person who has this name now. */
    public Optional<Person> called(PersonName name) {
        return keys.find(name)
                .map(key -> view.find(key.person()))
                .filter(found -> found.erasure() == null)
                .map(found -> new Person(found, name));
    }

    private List<Person> named(List<Registered> people) {
        Map<PersonId, PersonName> names = keys.open(people.stream()
                .filter(person -> person.erasure() == null)
                .collect(Collectors.toMap(Registered::person, Registered::name)));
        return people.stream()
                .map(person -> new Person(person, names.get(person.person())))
                .toList();
    }
}
