package org.cloister.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Base64;

/**
 * A person's name, encrypted with the person's own key, which is outside of the log ({@code docs/protocol.md}, "People"). Of one length
 * whatever the name's is. Without the key it says nothing. Base64 (RFC 4648, section 4) of 284 bytes.
 */
public record SealedName(String text) {
    /** A nonce of 12 bytes, 256 of ciphertext, a tag of 16. */
    public static final int BYTES = 284;

    /** @throws IllegalArgumentException if it isn't base64 of as many bytes */
    @JsonCreator
    public SealedName {
        if (text.length() != (BYTES + 2) / 3 * 4 || Base64.getDecoder().decode(text).length != BYTES) {
            throw new IllegalArgumentException("a sealed name is base64 of " + BYTES + " bytes");
        }
    }

    /** @throws IllegalArgumentException if these aren't as many bytes as a sealed name has */
    public static SealedName of(byte[] sealed) {
        return new SealedName(Base64.getEncoder().encodeToString(sealed));
    }

    public byte[] bytes() {
        return Base64.getDecoder().decode(text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}
