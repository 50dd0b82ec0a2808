package org.cloister.events.layer;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.cloister.events.Digest;

/** A closure, named by the digest of its canonical text. */
public record ClosureId(Digest digest) {
    @JsonCreator
    public static ClosureId parse(String text) {
        return new ClosureId(Digest.parse(text));
    }

    @JsonValue
    @Override
    public String toString() {
        return digest.toString();
    }
}
