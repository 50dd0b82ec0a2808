package org.cloister.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class PersonIdTest {
    private static final PersonId PERSON = new PersonId("0123456789abcdef0123456789abcdef");

    @Test
    void aPseudonymIsAPrincipalAndTellsItsPersonAgain() {
        assertThat(PERSON.principal()).isEqualTo(new Principal("person/0123456789abcdef0123456789abcdef"));
        assertThat(PersonId.of(PERSON.principal())).contains(PERSON);
        assertThat(StreamId.of(PERSON.principal()).toString()).isEqualTo("access:" + PERSON.principal());
        assertThat(PERSON.erased()).isEqualTo("erased:01234567");
    }

    @Test
    void whateverIsNotExactlyAPseudonymIsAPlainPrincipal() {
        for (String plain : List.of(
                "alice",
                "person/alice",
                "person/0123456789ABCDEF0123456789abcdef",
                "person/0123456789abcdef0123456789abcde",
                "person/0123456789abcdef0123456789abcdef0",
                "host/person/0123456789abcdef0123456789abcdef")) {
            assertThat(PersonId.of(new Principal(plain))).as(plain).isEmpty();
        }
        assertThatThrownBy(() -> new PersonId("alice")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aSealedNameHasOneLength() {
        String right = Base64.getEncoder().encodeToString(new byte[SealedName.BYTES]);
        assertThat(new SealedName(right).bytes()).hasSize(SealedName.BYTES);
        for (String wrong : List.of(
                "",
                "alice",
                right.substring(4),
                right + "AAAA",
                "!" + right.substring(1),
                Base64.getEncoder().encodeToString(new byte[SealedName.BYTES - 1]))) {
            assertThatThrownBy(() -> new SealedName(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
