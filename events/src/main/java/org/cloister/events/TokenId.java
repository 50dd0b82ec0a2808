package org.cloister.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** The public half of a token. */
public record TokenId(String text) implements Comparable<TokenId> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9]{8,32}");

    @JsonCreator
    public TokenId {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not a token id: " + text);
        }
    }

    @Override
    public int compareTo(TokenId other) {
        return text.compareTo(other.text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}
