package org.cloister.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What becomes of an upload with, and without, a signature of its publisher. */
public enum SignaturePolicy {
    /** An upload with a signature is refused, so that nobody takes it for verified. */
    OFF,
    /** A signature must be good where there is one. */
    ACCEPT,
    /** An upload without a good signature is refused. */
    REQUIRE;

    /** @throws IllegalArgumentException if there is no such policy */
    @JsonCreator
    public static SignaturePolicy parse(String text) {
        for (SignaturePolicy policy : values()) {
            if (policy.text().equals(text)) {
                return policy;
            }
        }
        throw new IllegalArgumentException("not a policy of signatures: " + text + "; off, accept or require");
    }

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
