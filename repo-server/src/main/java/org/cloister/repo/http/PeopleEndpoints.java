package org.cloister.repo.http;

import java.time.Instant;
import java.util.List;
import org.cloister.events.PersonId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.Role;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.command.ErasureOrder;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.person.People;
import org.cloister.repo.person.PersonName;
import org.cloister.repo.view.PeopleView;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** Who the pseudonyms are, and that one of them shall be nobody's. Names come and go in bodies: addresses of requests are written to logs. */
final class PeopleEndpoints {
    private static final int PAGE = 1_000;

    private final CommandService commands;
    private final Views views;
    private final People people;
    private final Workers workers;

    PeopleEndpoints(CommandService commands, Views views, People people, Workers workers) {
        this.commands = commands;
        this.views = views;
        this.people = people;
        this.workers = workers;
    }

    void register(Endpoints endpoints) {
        endpoints.on("listPeople", this::list).on("lookUpPeople", this::lookUp).on("erasePerson", this::erase);
    }

    private record When(Position position, Instant at, Principal by) {
        static When of(Occurrence at) {
            return new When(at.position(), at.at(), at.by());
        }
    }

    private record Erased(Position position, Instant at, Principal by, String reason) {
        static Erased of(PeopleView.Erasure erasure) {
            Occurrence at = erasure.at();
            return new Erased(at.position(), at.at(), at.by(), erasure.reason());
        }
    }

    private record Person(
            PersonId person,
            Principal principal,
            @Nullable PersonName name,
            When registered,
            @Nullable Erased erased) {
        static Person of(People.Person person) {
            PeopleView.Registered registered = person.registered();
            PeopleView.Erasure erasure = registered.erasure();
            return new Person(
                    registered.person(),
                    registered.person().principal(),
                    person.name(),
                    When.of(registered.at()),
                    erasure == null ? null : Erased.of(erasure));
        }
    }

    private record Page(List<Person> people, @Nullable PersonId next) {}

    private static List<Person> shown(List<People.Person> people) {
        return people.stream().map(Person::of).toList();
    }

    private void list(Exchange exchange) {
        String after = exchange.query("after");
        PersonId first = after == null ? null : Exchange.value(after, PersonId::new);
        int limit = (int) exchange.query("limit", PAGE);
        exchange.current(views, workers, () -> {
            List<Person> page = shown(people.page(first, limit));
            return new Page(
                    page, page.size() < limit ? null : page.get(limit - 1).person());
        });
    }

    private record Wanted(
            @Nullable PersonName name, @Nullable List<PersonId> people) {}

    private void lookUp(Exchange exchange) {
        Wanted wanted = exchange.body(Wanted.class);
        PersonName name = wanted.name();
        List<PersonId> ids = wanted.people();
        boolean named = exchange.caller().host() == null && exchange.caller().hasAny(Role.AUDITOR);
        exchange.current(
                views, workers, () -> new Page(shown(found(name, ids == null ? List.of() : ids, named)), null));
    }

    /** @param named whether the caller may know names; that somebody has one is told as little as whose it is */
    private List<People.Person> found(@Nullable PersonName name, List<PersonId> ids, boolean named) {
        if (!named) {
            return people.unnamed(ids);
        }
        return name == null ? people.of(ids) : people.called(name).stream().toList();
    }

    private record Erasure(PersonId person, Principal principal, long position, String correlation) {}

    private void erase(Exchange exchange) {
        ErasureOrder order = exchange.body(ErasureOrder.class);
        Outcomes.reply(
                exchange,
                HttpStatus.OK,
                Outcomes.whenVisible(views, commands.erasePerson(exchange.request(), order)),
                done -> new Erasure(
                        done.answer(),
                        done.answer().principal(),
                        done.recorded().position(),
                        done.recorded().correlation()));
    }
}
