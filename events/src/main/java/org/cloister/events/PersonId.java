package org.cloister.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A person as the log knows them: 128 random bits, 32 lower-case hexadecimal digits, that nothing can be told from. The name is elsewhere
 * ({@link SealedName}).
 */
public record PersonId(String text) implements Comparable<PersonId> {
    private static final String PREFIX = "person/";
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern PSEUDONYM = Pattern.compile(PREFIX + "[0-9a-f]{32}");
    private static final int SHORT = 8;

    @JsonCreator
    public PersonId {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not a person's id (32 hexadecimal digits): " + text);
        }
    }

    /** Whom {@code principal} stands for, or empty if it is no pseudonym: an agent, a program, or somebody who is named plainly. */
    public static Optional<PersonId> of(Principal principal) {
        return PSEUDONYM.matcher(principal.text()).matches()
                ? Optional.of(new PersonId(principal.text().substring(PREFIX.length())))
                : Optional.empty();
    }

    /** The pseudonym, {@code person/<id>}: who acts, in every event. */
    public Principal principal() {
        return new Principal(PREFIX + text);
    }

    /** Finds the pseudonyms in any text. */
    public static Pattern pseudonyms() {
        return PSEUDONYM;
    }

    /** What people see in place of a name that was erased: {@code erased:} and the first 8 digits. */
    public String erased() {
        return "erased:" + text.substring(0, SHORT);
    }

    @Override
    public int compareTo(PersonId other) {
        return text.compareTo(other.text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}
