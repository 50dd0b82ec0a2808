package org.cloister.repo.person;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.cloister.events.PersonId;
import org.cloister.repo.log.Durable;

/**
 * The repository's key over the keys of people. It is a file, and those are rows of the database: whoever has one of the two, or a backup
 * of it, has no name. Without it all names are gone. Immutable.
 */
public final class MasterKey {
    private static final String FILE = "people-key";
    private static final String FIRST_LINE = "cloister-people-key 1";
    private static final int BASE64_LENGTH = 44;
    private static final int ID_BYTES = 8;

    private final byte[] wrapping;
    private final byte[] tagging;
    private final String id;

    private MasterKey(byte[] secret) {
        this.wrapping = mac(secret, bytes("wrap"));
        this.tagging = mac(secret, bytes("tag"));
        this.id = HexFormat.of().formatHex(Arrays.copyOf(mac(secret, bytes("id")), ID_BYTES));
    }

    /**
     * The key in {@code directory}; made on the first call, readable by its owner only. One process at a time may call this.
     *
     * @throws IOException if it can't be read or is no such key
     */
    public static MasterKey open(Path directory, SecureRandom random) throws IOException {
        Path file = Files.createDirectories(directory).resolve(FILE);
        if (!Files.exists(file)) {
            byte[] secret = new byte[Aes.KEY_BYTES];
            random.nextBytes(secret);
            Durable.write(
                    directory, FILE, FIRST_LINE + '\n' + Base64.getEncoder().encodeToString(secret) + '\n');
        }
        return parse(Files.readString(file))
                .orElseThrow(() -> new IOException(file + " is no key of people's names: restore it from a backup"));
    }

    static Optional<MasterKey> parse(String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length != 3
                || !lines[0].equals(FIRST_LINE)
                || lines[1].length() != BASE64_LENGTH
                || !lines[2].isEmpty()) {
            return Optional.empty();
        }
        try {
            byte[] secret = Base64.getDecoder().decode(lines[1]);
            return secret.length == Aes.KEY_BYTES ? Optional.of(new MasterKey(secret)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A new one that is kept nowhere. */
    public static MasterKey fresh(SecureRandom random) {
        byte[] secret = new byte[Aes.KEY_BYTES];
        random.nextBytes(secret);
        return new MasterKey(secret);
    }

    /** Tells it from others, and nothing else about it; 16 hexadecimal digits. */
    String id() {
        return id;
    }

    byte[] wrap(PersonKey key, SecureRandom random) {
        return Aes.seal(wrapping, context(key.person()), key.bytes(), random);
    }

    /** Empty if another master key wrapped it, it is another person's, or it was altered. */
    Optional<PersonKey> unwrap(PersonId person, byte[] wrapped) {
        return Aes.open(wrapping, context(person), wrapped)
                .filter(key -> key.length == Aes.KEY_BYTES)
                .map(key -> new PersonKey(person, key));
    }

    /** Finds the row of a name without the name being there: HMAC-SHA256 (RFC 2104). */
    byte[] tag(PersonName name) {
        return mac(tagging, name.bytes());
    }

    private static byte[] context(PersonId person) {
        return bytes("cloister-person-key 1\n" + person + "\n");
    }

    private static byte[] mac(byte[] key, byte[] text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw Aes.missing(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
