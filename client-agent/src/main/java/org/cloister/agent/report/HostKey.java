package org.cloister.agent.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import org.cloister.events.Digest;
import org.cloister.events.HostId;

/**
 * The host's Ed25519 key pair ({@code docs/protocol.md}, "Signatures of a host"). {@code STATE/key.pem} has the private key (PKCS 8)
 * and the public one, readable by its owner only. Thread-safe.
 */
public final class HostKey {
    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";
    private static final int ID_DIGITS = 16;
    private static final int LINE = 64;

    private final PrivateKey privateKey;
    private final byte[] publicKey;

    private HostKey(PrivateKey privateKey, byte[] publicKey) {
        this.privateKey = privateKey;
        this.publicKey = publicKey.clone();
    }

    /** Reads the key, or makes one where there is none. */
    public static HostKey at(Path file) throws IOException {
        try {
            if (!Files.exists(file)) {
                create(file);
            }
            String pem = Files.readString(file);
            PrivateKey key =
                    KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(section(pem, PRIVATE)));
            return new HostKey(key, section(pem, PUBLIC));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(file + " has no Ed25519 key pair: " + e.getMessage(), e);
        }
    }

    private static void create(Path file) throws IOException, GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Path temporary = Files.createTempFile(
                file.toAbsolutePath().getParent(),
                ".key",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                temporary,
                pem(PRIVATE, pair.getPrivate().getEncoded())
                        + pem(PUBLIC, pair.getPublic().getEncoded()));
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String pem(String name, byte[] bytes) {
        String base64 = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + name + "-----\n" + base64 + "\n-----END " + name + "-----\n";
    }

    private static byte[] section(String pem, String name) {
        String begin = "-----BEGIN " + name + "-----";
        int start = pem.indexOf(begin);
        int end = pem.indexOf("-----END " + name + "-----");
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("no " + name);
        }
        return Base64.getMimeDecoder().decode(pem.substring(start + begin.length(), end));
    }

    /** X.509 SubjectPublicKeyInfo, base64. */
    public String publicKey() {
        return Base64.getEncoder().encodeToString(publicKey);
    }

    /** Follows from the key, so that no other key can speak for the same host. */
    public HostId host() {
        return new HostId("h-" + Digest.of(publicKey).hex().substring(0, ID_DIGITS));
    }

    /** Base64 of the signature over the UTF-8 text. */
    public String sign(String text) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(privateKey);
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Ed25519 failed", e);
        }
    }

    public String signEnrolment(String name) {
        return sign("cloister-enrolment 1\n" + name + "\n" + publicKey() + "\n");
    }
}
