package org.cloister.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * Names a publisher's key by what it is: {@code ed25519:} and the SHA-256 of its 32 bytes, or {@code openpgp:} and the fingerprint of
 * its primary key (RFC 9580, section 5.5.4), in lower-case hexadecimal digits.
 */
public record PublisherKeyId(String text) implements Comparable<PublisherKeyId> {
    private static final Pattern FORM = Pattern.compile("ed25519:[0-9a-f]{64}|openpgp:[0-9a-f]{40}([0-9a-f]{24})?");

    @JsonCreator
    public PublisherKeyId {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not the id of a publisher's key: " + text);
        }
    }

    @Override
    public int compareTo(PublisherKeyId other) {
        return text.compareTo(other.text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}
