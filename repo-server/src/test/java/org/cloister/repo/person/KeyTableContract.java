package org.cloister.repo.person;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cloister.events.PersonId;
import org.junit.jupiter.api.Test;

/** What every table of keys guarantees, tried through the keys that are kept in it. */
abstract class KeyTableContract {
    private static final PersonName ALICE = new PersonName("Alice Example");
    private final SecureRandom random = new SecureRandom();

    abstract KeyTable table();

    private PersonKeys keys(KeyTable table) {
        return new PersonKeys(table, MasterKey.fresh(random), random);
    }

    @Test
    void aNameHasOneKeyWhoeverIsFirst() {
        PersonKeys keys = keys(table());
        PersonKey first = keys.fresh();
        PersonKey second = keys.fresh();

        assertThat(keys.find(ALICE)).isEmpty();
        assertThat(keys.keep(first, ALICE)).isTrue();
        assertThat(keys.keep(second, ALICE)).isFalse();
        assertThat(keys.keep(first, new PersonName("Bob")))
                .as("one row of a person")
                .isFalse();
        assertThat(keys.find(ALICE)).hasValueSatisfying(key -> {
            assertThat(key.person()).isEqualTo(first.person());
            assertThat(key.bytes()).isEqualTo(first.bytes());
        });
        assertThat(keys.find(new PersonName("alice example"))).isEmpty();
    }

    @Test
    void aNameOpensUntilItsKeyIsDestroyedAndOthersStay() {
        PersonKeys keys = keys(table());
        PersonKey alice = keys.fresh();
        PersonKey bob = keys.fresh();
        keys.keep(alice, ALICE);
        keys.keep(bob, new PersonName("Bob"));
        var sealed =
                Map.of(alice.person(), keys.seal(alice, ALICE), bob.person(), keys.seal(bob, new PersonName("Bob")));
        assertThat(keys.open(sealed)).containsEntry(alice.person(), ALICE).hasSize(2);

        keys.destroy(Set.of(alice.person()));
        keys.destroy(Set.of(alice.person(), new PersonId("0".repeat(32))));

        assertThat(keys.open(sealed)).containsOnlyKeys(bob.person());
        assertThat(keys.find(ALICE)).isEmpty();
        PersonKey again = keys.fresh();
        assertThat(keys.keep(again, ALICE)).isTrue();
        assertThat(keys.open(sealed)).as("a new key doesn't open the old name").containsOnlyKeys(bob.person());
    }

    @Test
    void underAnotherMasterKeyNothingOpensAndThatIsCounted() {
        KeyTable table = table();
        PersonKeys before = keys(table);
        PersonKeys after = keys(table);
        PersonKey key = before.fresh();
        before.keep(key, ALICE);

        assertThat(before.foreign()).isZero();
        assertThat(after.foreign()).isEqualTo(1);
        assertThat(after.find(ALICE)).isEmpty();
        assertThat(after.open(Map.of(key.person(), before.seal(key, ALICE)))).isEmpty();
        assertThat(table.read(List.of())).isEmpty();
    }
}
