package org.cloister.repo.person;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.cloister.events.PersonId;
import org.cloister.events.SealedName;

/** The key under which one person's name is. Immutable. */
public final class PersonKey {
    private static final int TEXT_BYTES = SealedName.BYTES - Aes.OVERHEAD;

    private final PersonId person;
    private final byte[] key;

    PersonKey(PersonId person, byte[] key) {
        if (key.length != Aes.KEY_BYTES) {
            throw new IllegalArgumentException("a person's key has " + Aes.KEY_BYTES + " bytes");
        }
        this.person = person;
        this.key = key.clone();
    }

    public PersonId person() {
        return person;
    }

    byte[] bytes() {
        return key.clone();
    }

    /** Its length in one byte, the name, then zeros: the length of what is sealed tells nothing. */
    SealedName seal(PersonName name, SecureRandom random) {
        byte[] text = name.bytes();
        byte[] padded = new byte[TEXT_BYTES];
        padded[0] = (byte) text.length;
        System.arraycopy(text, 0, padded, 1, text.length);
        return SealedName.of(Aes.seal(key, context(), padded, random));
    }

    /** Empty if it is another person's, was sealed with another key, or was altered. */
    Optional<PersonName> open(SealedName sealed) {
        return Aes.open(key, context(), sealed.bytes()).map(PersonKey::name);
    }

    private static PersonName name(byte[] padded) {
        int length = padded[0] & 0xff;
        return new PersonName(new String(Arrays.copyOfRange(padded, 1, 1 + length), StandardCharsets.UTF_8));
    }

    private byte[] context() {
        return ("cloister-person-name 1\n" + person + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** Not the key. */
    @Override
    public String toString() {
        return "the key of " + person.principal();
    }
}
