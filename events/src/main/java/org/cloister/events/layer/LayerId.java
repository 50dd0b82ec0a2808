package org.cloister.events.layer;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.cloister.events.Digest;

/** A layer, named by the digest of its canonical manifest. */
public record LayerId(Digest digest) {
    @JsonCreator
    public static LayerId parse(String text) {
        return new LayerId(Digest.parse(text));
    }

    @JsonValue
    @Override
    public String toString() {
        return digest.toString();
    }
}
