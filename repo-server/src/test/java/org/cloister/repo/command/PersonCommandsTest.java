package org.cloister.repo.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cloister.repo.command.Repository.accepted;
import static org.cloister.repo.command.Repository.await;
import static org.cloister.repo.command.Repository.refused;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.cloister.events.AccessEvent.PersonErased;
import org.cloister.events.CorrelationId;
import org.cloister.events.PersonId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RequestId;
import org.cloister.events.Role;
import org.cloister.events.StreamId;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.log.Append;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.person.ErasedKeys;
import org.cloister.repo.person.People;
import org.cloister.repo.person.PersonName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** People get tokens under pseudonyms, and are erased. */
final class PersonCommandsTest {
    private static final PersonName ALICE = new PersonName("alice@example.org");

    private final Repository repository = new Repository();
    private final CommandService commands = repository.commands;
    private final People people = new People(repository.views.people(), repository.people);

    @AfterEach
    void close() {
        repository.close();
    }

    private CompletionStage<Outcome<IssuedToken>> issuing(PersonName name, Role role) {
        return commands.issuePersonToken(
                repository.administrator(), new PersonTokenOrder(name, Set.of(role), null, null));
    }

    private PersonId person(PersonName name, Role role) {
        return PersonId.of(accepted(issuing(name, role)).answer().event().principal())
                .orElseThrow();
    }

    private static ErasureOrder erasure(PersonName name) {
        return new ErasureOrder(name, null, "has left");
    }

    private List<RecordedEvent> log() {
        List<RecordedEvent> all = new ArrayList<>();
        List<RecordedEvent> page = repository.store.readAll(Position.NONE, EventStore.MAX_READ);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = repository.store.readAll(all.get(all.size() - 1).position(), EventStore.MAX_READ);
        }
        return all;
    }

    private @Nullable PersonName nameOf(PersonId person) {
        repository.views.projection().current().toCompletableFuture().join();
        return people.of(List.of(person)).get(0).name();
    }

    @Test
    void aNameIsNowhereInTheLogAndAllItsTokensAreOfOnePseudonym() {
        PersonId alice = person(ALICE, Role.OPERATOR);

        assertThat(person(ALICE, Role.PUBLISHER)).isEqualTo(alice);
        assertThat(person(new PersonName("bob"), Role.OPERATOR)).isNotEqualTo(alice);
        assertThat(log())
                .extracting(RecordedEvent::type)
                .containsExactly("PersonRegistered", "TokenIssued", "TokenIssued", "PersonRegistered", "TokenIssued");
        assertThat(log().toString()).doesNotContain("alice@").doesNotContain("bob");
        assertThat(nameOf(alice)).isEqualTo(ALICE);
        assertThat(people.called(ALICE))
                .hasValueSatisfying(
                        found -> assertThat(found.registered().person()).isEqualTo(alice));
    }

    @Test
    void whoeverRegistersAPersonAtTheSameMomentGetsTheSamePseudonym() {
        List<CompletionStage<Outcome<IssuedToken>>> all =
                IntStream.range(0, 8).mapToObj(i -> issuing(ALICE, Role.READER)).toList();

        assertThat(all)
                .extracting(stage -> accepted(stage).answer().event().principal())
                .doesNotContain(new Principal("alice"))
                .containsOnly(person(ALICE, Role.READER).principal());
    }

    @Test
    void anErasedPersonHasNoTokenNoNameAndNoKeyAndTheLogStays() {
        PersonId alice = person(ALICE, Role.OPERATOR);
        List<RecordedEvent> before = log();
        Request request = repository.administrator();

        assertThat(accepted(commands.erasePerson(request, erasure(ALICE))).answer())
                .isEqualTo(alice);

        assertThat(log()).startsWith(before.toArray(RecordedEvent[]::new));
        assertThat(log().subList(before.size(), log().size()))
                .extracting(RecordedEvent::type)
                .containsExactly("TokenRevoked", "PersonErased");
        assertThat(nameOf(alice)).isNull();
        assertThat(repository.people.find(ALICE)).isEmpty();
        assertThat(repository.views.tokens().all())
                .noneSatisfy(token -> assertThat(token.valid(Repository.NOW)).isTrue());
        assertThat(people.page(null, 10))
                .singleElement()
                .satisfies(person -> assertThat(person.registered().erasure()).isNotNull());
    }

    @Test
    void erasingAgainIsHarmlessAndWhoComesAgainIsSomebodyNew() {
        PersonId alice = person(ALICE, Role.OPERATOR);
        Request request = repository.administrator();
        accepted(commands.erasePerson(request, erasure(ALICE)));

        assertThat(accepted(commands.erasePerson(request, erasure(ALICE))))
                .satisfies(repeated -> assertThat(repeated.repeated()).isTrue());
        assertThat(await(commands.erasePerson(repository.administrator(), new ErasureOrder(null, alice, "has left"))))
                .isInstanceOf(Outcome.Unchanged.class);
        assertThat(refused(commands.erasePerson(repository.administrator(), erasure(ALICE))))
                .isEqualTo(Rule.PERSON_UNKNOWN);
        PersonId again = person(ALICE, Role.OPERATOR);
        assertThat(again).isNotEqualTo(alice);
        assertThat(refused(commands.erasePerson(request, erasure(ALICE))))
                .as("the request id was for the one before")
                .isEqualTo(Rule.MALFORMED_REQUEST);
        assertThat(nameOf(again)).isEqualTo(ALICE);
        assertThat(refused(commands.issueToken(
                        repository.administrator(),
                        new TokenOrder(alice.principal(), Set.of(Role.READER), null, null))))
                .isEqualTo(Rule.PERSON_ERASED);
    }

    @Test
    void aCrashBetweenTheEventAndTheKeyIsMadeGoodByWhoeverMeetsIt() {
        PersonId alice = person(ALICE, Role.OPERATOR);
        erasedInTheLogOnly(alice);

        assertThat(nameOf(alice)).as("the key is there still").isNull();
        assertThat(people.called(ALICE)).isEmpty();
        assertThat(person(ALICE, Role.OPERATOR)).isNotEqualTo(alice);
    }

    @Test
    void aProcessThatHearsOfAnErasureDestroysTheKey() {
        PersonId alice = person(ALICE, Role.OPERATOR);
        RecordedEvent erased = erasedInTheLogOnly(alice);
        assertThat(repository.people.find(ALICE)).isPresent();

        new ErasedKeys(repository.people, Runnable::run).apply(erased, new PersonErased(alice, "has left"));

        assertThat(repository.people.find(ALICE)).isEmpty();
    }

    private RecordedEvent erasedInTheLogOnly(PersonId person) {
        StreamId stream = StreamId.of(person.principal());
        long version =
                log().stream().filter(event -> event.stream().equals(stream)).count();
        repository
                .store
                .append(new Append(
                        new RequestId("crashed"),
                        new Principal("admin"),
                        new CorrelationId("crashed"),
                        List.of(new Append.Part(stream, version, List.of(new PersonErased(person, "has left"))))))
                .toCompletableFuture()
                .join();
        return log().get(log().size() - 1);
    }

    @Test
    void theLastAdministratorIsNotErased() {
        PersonId alice = person(ALICE, Role.ADMINISTRATOR);

        assertThat(refused(commands.erasePerson(repository.administrator(), erasure(ALICE))))
                .isEqualTo(Rule.LAST_ADMINISTRATOR);
        assertThat(nameOf(alice)).isEqualTo(ALICE);

        person(new PersonName("bob"), Role.ADMINISTRATOR);
        accepted(commands.erasePerson(repository.administrator(), erasure(ALICE)));
    }

    @Test
    void aReasonThatTellsTheNameIsRefused() {
        PersonId alice = person(ALICE, Role.OPERATOR);

        assertThat(refused(commands.erasePerson(
                        repository.administrator(), new ErasureOrder(ALICE, null, "ALICE@EXAMPLE.ORG has left"))))
                .isEqualTo(Rule.MALFORMED_REQUEST);
        assertThat(refused(commands.erasePerson(
                        repository.administrator(), new ErasureOrder(null, alice, "as alice@example.org asked"))))
                .isEqualTo(Rule.MALFORMED_REQUEST);
    }

    @Test
    void nobodyTakesAPseudonymThatIsNobodysAndOnlyAdministratorsErase() {
        PersonId nobody = new PersonId("0".repeat(32));
        assertThat(refused(commands.issueToken(
                        repository.administrator(),
                        new TokenOrder(nobody.principal(), Set.of(Role.READER), null, null))))
                .isEqualTo(Rule.PERSON_UNKNOWN);
        assertThat(refused(
                        commands.erasePerson(repository.administrator(), new ErasureOrder(null, nobody, "has left"))))
                .isEqualTo(Rule.PERSON_UNKNOWN);
        Request auditor = repository.request(Repository.person(Role.AUDITOR, Role.OPERATOR));
        assertThat(refused(commands.erasePerson(auditor, erasure(ALICE)))).isEqualTo(Rule.ROLE_MISSING);
        assertThat(refused(commands.issuePersonToken(
                        auditor, new PersonTokenOrder(ALICE, Set.of(Role.READER), null, null))))
                .isEqualTo(Rule.ROLE_MISSING);
        assertThat(log()).isEmpty();
        assertThat(repository.people.find(ALICE)).isEmpty();
    }
}
