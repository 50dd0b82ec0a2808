package org.cloister.agent.command.sign;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.cloister.events.sign.DetachedSignature;
import org.cloister.events.sign.Ed25519Key;
import org.cloister.events.sign.SignedRoot;

/**
 * An Ed25519 private key in a file that only its owner can read: PKCS #8 in PEM without a pass phrase (RFC 8410), as {@code openssl genpkey
 * -algorithm ed25519} writes it. Immutable.
 */
public final class SigningKeyFile {
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";
    private static final int MAX_BYTES = 16 * 1024;
    private static final int SEED_BYTES = 32;
    /** PKCS #8 of an Ed25519 key without attributes, up to the seed (RFC 8410, section 7). */
    private static final byte[] PREFIX = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private static final Set<PosixFilePermission> OTHERS = Set.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final PrivateKey privateKey;
    private final Ed25519Key key;

    private SigningKeyFile(PrivateKey privateKey, Ed25519Key key) {
        this.privateKey = privateKey;
        this.key = key;
    }

    /**
     * A new key in {@code file}, for its owner only, and the public half in {@link #publicFile}.
     *
     * @throws IOException if one of the files is there already, or can't be written
     */
    public static SigningKeyFile create(Path file) throws IOException {
        KeyPair pair;
        try {
            pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no Ed25519", e);
        }
        SigningKeyFile made = new SigningKeyFile(pair.getPrivate(), Ed25519Key.of(pair.getPublic()));
        if (Files.exists(publicFile(file))) {
            throw new FileAlreadyExistsException(publicFile(file) + " is there already");
        }
        String pem = BEGIN + "\n"
                + Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()) + "\n" + END + "\n";
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            throw new FileAlreadyExistsException(file + " is there already, and no key is overwritten");
        }
        Files.writeString(file, pem, StandardCharsets.US_ASCII);
        Files.writeString(publicFile(file), made.key.text(), StandardCharsets.US_ASCII, StandardOpenOption.CREATE_NEW);
        return made;
    }

    /** Where {@link #create} puts the public half: the file's name and {@code .pub}. */
    public static Path publicFile(Path file) {
        return file.resolveSibling(file.getFileName() + ".pub");
    }

    /** @throws IOException naming the file, if it isn't such a key or others can read it */
    public static SigningKeyFile read(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " is no file of a private key");
        }
        if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
            throw new IOException(file + " can be read or written by others than its owner; chmod 600 ends that");
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        byte[] der;
        try {
            der = begin < 0 || end < begin
                    ? new byte[0]
                    : Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
        } catch (IllegalArgumentException e) {
            throw new IOException("the key in " + file + " is damaged", e);
        }
        if (der.length != PREFIX.length + SEED_BYTES
                || !Arrays.equals(der, 0, PREFIX.length, PREFIX, 0, PREFIX.length)) {
            throw new IOException(
                    file
                            + " is no unencrypted Ed25519 key in PEM; cloister key new FILE and openssl genpkey -algorithm ed25519 make one");
        }
        try {
            return new SigningKeyFile(
                    KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(der)),
                    new Ed25519Key(new Ed25519PrivateKeyParameters(der, PREFIX.length)
                            .generatePublicKey()
                            .getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IOException("the key in " + file + " is damaged", e);
        }
    }

    /** The public half. */
    public Ed25519Key key() {
        return key;
    }

    /** The root with this key's signature. */
    public SignedRoot sign(SignedRoot root) {
        return root.signedWith(key, privateKey);
    }

    /** The signature over {@code text}. */
    public DetachedSignature sign(byte[] text) {
        return key.sign(privateKey, text);
    }
}
