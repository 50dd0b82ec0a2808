package org.cloister.repo.person;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.regex.Pattern;

/**
 * What a person is called: any text of 1 to 200 bytes of UTF-8 without control and formatting characters, in Unicode's normal form C, without
 * blanks around it. Two that are written the same are the same; case counts. Never in the log, in a message or in a file of this
 * program.
 */
public record PersonName(String text) {
    /** Fits into a sealed name. */
    public static final int MAX_BYTES = 200;

    private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
    private static final int ZERO_WIDTH_JOINER = 0x200d;

    /** @throws IllegalArgumentException without the text in its message */
    @JsonCreator
    public PersonName {
        text = Normalizer.normalize(text, Normalizer.Form.NFC).strip();
        if (text.isEmpty() || bytes(text).length > MAX_BYTES) {
            throw new IllegalArgumentException("a person's name has 1 to " + MAX_BYTES + " bytes of UTF-8");
        }
        if (text.codePoints().anyMatch(PersonName::isUnseen)) {
            throw new IllegalArgumentException("a person's name has no control or formatting characters");
        }
    }

    /** What would show another name than is there, or end a line; not the joiners, without which some languages can't be written. */
    private static boolean isUnseen(int codePoint) {
        if (codePoint == ZERO_WIDTH_NON_JOINER || codePoint == ZERO_WIDTH_JOINER) {
            return false;
        }
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    /** Whether a text has the name in it, as words of its own, whatever the case. */
    public boolean isIn(String other) {
        return Pattern.compile(
                        "(?<![\\p{L}\\p{N}])" + Pattern.quote(text) + "(?![\\p{L}\\p{N}])",
                        Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
                .matcher(Normalizer.normalize(other, Normalizer.Form.NFC))
                .find();
    }

    byte[] bytes() {
        return bytes(text);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @JsonValue
    public String value() {
        return text;
    }

    /** Not the name: this may end in a message. */
    @Override
    public String toString() {
        return "a person's name";
    }
}
