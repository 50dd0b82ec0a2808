package org.cloister.repo.person;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.cloister.events.PersonId;
import org.cloister.events.SealedName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names under keys, and keys under the master key. */
final class SealedNamesTest {
    private static final long SEED = 20261129;
    private static final PersonName ALICE = new PersonName("Alice Example");

    private final SecureRandom random = new SecureRandom();
    private final PersonKeys keys = InMemoryKeyTable.keys();

    @Test
    void everyNameComesBackAndAllSealedNamesLookAlike() {
        Random names = new Random(SEED);
        Set<SealedName> seen = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            PersonName name = name(names);
            PersonKey key = keys.fresh();
            SealedName sealed = key.seal(name, random);
            assertThat(key.open(sealed)).as("seed %d, %s", SEED, name.text()).contains(name);
            assertThat(new String(sealed.bytes(), StandardCharsets.ISO_8859_1)).doesNotContain("name");
            assertThat(seen.add(sealed)).isTrue();
        }
    }

    private static PersonName name(Random random) {
        while (true) {
            StringBuilder text = new StringBuilder("name");
            int length = random.nextInt(60);
            for (int i = 0; i < length; i++) {
                text.appendCodePoint(random.nextInt(random.nextBoolean() ? 0x250 : 0x11000));
            }
            try {
                return new PersonName(text.toString());
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).doesNotContain(text);
            }
        }
    }

    @Test
    void whatWasAlteredOrIsAnotherPersonsDoesNotOpen() {
        PersonKey key = keys.fresh();
        SealedName sealed = key.seal(ALICE, random);
        for (int i = 0; i < SealedName.BYTES; i++) {
            byte[] altered = sealed.bytes();
            altered[i] ^= (byte) (1 << i % 8);
            assertThat(key.open(SealedName.of(altered))).as("byte %d", i).isEmpty();
        }
        assertThat(keys.fresh().open(sealed)).isEmpty();
        assertThat(new PersonKey(new PersonId("f".repeat(32)), key.bytes()).open(sealed))
                .as("the same key under another pseudonym")
                .isEmpty();
        assertThat(key.toString()).isEqualTo("the key of " + key.person().principal());
    }

    @Test
    void aWrappedKeyIsOfOnePersonAndOneMasterKey() {
        MasterKey master = MasterKey.fresh(random);
        PersonKey key = keys.fresh();
        byte[] wrapped = master.wrap(key, random);

        assertThat(master.unwrap(key.person(), wrapped))
                .hasValueSatisfying(same -> assertThat(same.bytes()).isEqualTo(key.bytes()));
        assertThat(master.unwrap(keys.fresh().person(), wrapped)).isEmpty();
        assertThat(MasterKey.fresh(random).unwrap(key.person(), wrapped)).isEmpty();
        for (int length = 0; length < wrapped.length; length++) {
            assertThat(master.unwrap(key.person(), Arrays.copyOf(wrapped, length)))
                    .isEmpty();
        }
        assertThat(master.tag(ALICE)).isEqualTo(master.tag(ALICE)).hasSize(32);
        assertThat(MasterKey.fresh(random).tag(ALICE)).isNotEqualTo(master.tag(ALICE));
    }

    @Test
    void theMasterKeyIsMadeOnceForItsOwnerOnly(@TempDir Path directory) throws IOException {
        MasterKey made = MasterKey.open(directory.resolve("people"), random);
        Path file = directory.resolve("people/people-key");

        assertThat(MasterKey.open(directory.resolve("people"), random).id()).isEqualTo(made.id());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.writeString(file, "nonsense\n");
        assertThatThrownBy(() -> MasterKey.open(directory.resolve("people"), random))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("restore it from a backup");
    }

    @Test
    void noOtherTextIsAMasterKey(@TempDir Path directory) throws IOException {
        MasterKey made = MasterKey.open(directory, random);
        String text = Files.readString(directory.resolve("people-key"));
        assertThat(MasterKey.parse(text))
                .hasValueSatisfying(key -> assertThat(key.id()).isEqualTo(made.id()));
        Random mutation = new Random(SEED);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder altered = new StringBuilder(text);
            int at = mutation.nextInt(text.length());
            switch (mutation.nextInt(3)) {
                case 0 -> altered.deleteCharAt(at);
                case 1 -> altered.insert(at, (char) mutation.nextInt(0x100));
                default -> altered.setLength(at);
            }
            assertThat(MasterKey.parse(altered.toString()))
                    .as("seed %d, %s", SEED, altered)
                    .isEmpty();
        }
    }

    @Test
    void aNameIsFoundInATextAsWordsOfItsOwn() {
        assertThat(ALICE.isIn("as ALICE EXAMPLE asked")).isTrue();
        assertThat(new PersonName("Zoë (x)").isIn("Zoe\u0308 (X), who left")).isTrue();
        assertThat(new PersonName("as").isIn("has left")).isFalse();
        assertThat(new PersonName("as").isIn("as was asked")).isTrue();
        assertThat(ALICE.isIn("Malice Examples")).isFalse();
    }

    @Test
    void aNameIsTextThatShowsWhatItIs() {
        assertThat(new PersonName("  Zoe\u0308 ")).as("normal form C").isEqualTo(new PersonName("Zo\u00eb"));
        assertThat(new PersonName("é".repeat(100)).bytes()).hasSize(PersonName.MAX_BYTES);
        assertThat(ALICE.toString()).doesNotContain("Alice");
        for (String wrong : List.of("", "  ", "é".repeat(101), "a\nb", "a\u0000", "a\u202eb", "a\u2028b", "\ud800")) {
            assertThatThrownBy(() -> new PersonName(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
