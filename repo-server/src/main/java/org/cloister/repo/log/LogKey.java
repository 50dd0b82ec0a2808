package org.cloister.repo.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import org.cloister.events.log.Checkpoint;
import org.cloister.events.log.NoteKey;

/**
 * The Ed25519 key that signs checkpoints, with the log's origin, which is the key's name. Immutable.
 *
 * @param note the public half
 */
record LogKey(NoteKey note, PrivateKey privateKey) {
    private static final String FILE = "log-key";

    /**
     * The key in {@code directory}; made on the first call, readable by its owner only. A log keeps its origin: later calls
     * ignore {@code origin}.
     */
    static LogKey open(Path directory, String origin) throws IOException {
        Path file = Files.createDirectories(directory).resolve(FILE);
        try {
            if (!Files.exists(file)) {
                create(directory, origin);
            }
            List<String> lines = Files.readAllLines(file);
            if (lines.size() != 3) {
                throw new IOException(file + " is no log key: restore it from a backup");
            }
            KeyFactory keys = KeyFactory.getInstance("Ed25519");
            PublicKey publicKey = keys.generatePublic(new X509EncodedKeySpec(decode(lines.get(1))));
            PrivateKey privateKey = keys.generatePrivate(new PKCS8EncodedKeySpec(decode(lines.get(2))));
            return new LogKey(NoteKey.of(lines.get(0), publicKey), privateKey);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(file + " is no log key: restore it from a backup", e);
        }
    }

    private static void create(Path directory, String origin) throws IOException, GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        String text = origin
                + '\n'
                + encode(pair.getPublic().getEncoded())
                + '\n'
                + encode(pair.getPrivate().getEncoded())
                + '\n';
        Durable.write(directory, FILE, text);
    }

    /** The signed note of a checkpoint. */
    String sign(long size, byte[] root) {
        return note.sign(new Checkpoint(note.name(), size, root).text(), privateKey);
    }

    private static byte[] decode(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    private static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
