package org.cloister.events.sign;

import java.time.Instant;
import org.cloister.events.PublisherKeyId;
import org.jspecify.annotations.Nullable;

/** A publisher's public key. Immutable, thread-safe. */
public sealed interface PublisherKey permits Ed25519Key, OpenPgpKey {
    /** A key with the subkeys, names and certifications that people collect. */
    int MAX_LENGTH = 64 * 1024;

    /**
     * The key in a text: an Ed25519 key as a PEM block (RFC 7468, {@code PUBLIC KEY}, as {@code openssl pkey -pubout} writes it), or one
     * OpenPGP key as an armored block (as {@code gpg --armor --export} writes it).
     *
     * @throws IllegalArgumentException saying what it isn't
     */
    static PublisherKey parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a key of more than " + MAX_LENGTH + " characters");
        }
        return text.strip().startsWith(OpenPgpKey.ARMOR) ? OpenPgpKey.parse(text.strip()) : Ed25519Key.parse(text);
    }

    PublisherKeyId id();

    /** Whether the signature says that this key made it. */
    boolean isNamedBy(DetachedSignature signature);

    /**
     * Why the signature isn't a good one over {@code text}, as the rest of a sentence, or null if it is.
     *
     * @param now a key that expired by then signs nothing; of what it signed before, it is the time of that
     */
    @Nullable
    String objection(DetachedSignature signature, byte[] text, Instant now);
}
