package org.cloister.events.deb;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * An RPM package's {@code [epoch:]version[-release]}, ordered as rpm does (rpmvercmp of rpm 4.15 and later, {@code ~} and
 * {@code ^} included; rpm-version(7)). Equality is of the text: {@code 1.0-1} and {@code 1_0-1} compare as equal but are two versions.
 */
public record RpmVersion(String text) implements Version {
    private static final Pattern FORM =
            Pattern.compile("(?:[0-9]{1,9}:)?[A-Za-z0-9._+~^]{1,128}(?:-[A-Za-z0-9._+~^]{1,120})?");

    /** @throws IllegalArgumentException if rpm would refuse it */
    @JsonCreator
    public RpmVersion {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "not an RPM version: " + text + " ([EPOCH:]VERSION[-RELEASE] of letters, digits and . _ + ~ ^)");
        }
    }

    @Override
    public int compareTo(Version other) {
        if (!(other instanceof RpmVersion rpm)) {
            return 1;
        }
        int difference = compareVersions(rpm);
        return difference != 0 ? difference : compareParts(release(), rpm.release());
    }

    /** As {@link #compareTo} compares, except that a release counts only where both have one: so rpm compares with a dependency's. */
    public int compareInDependency(RpmVersion other) {
        int difference = compareVersions(other);
        boolean released = !release().isEmpty() && !other.release().isEmpty();
        return difference != 0 || !released ? difference : compareParts(release(), other.release());
    }

    private int compareVersions(RpmVersion other) {
        int epochs = Long.compare(epoch(), other.epoch());
        return epochs != 0 ? epochs : compareParts(version(), other.version());
    }

    private long epoch() {
        int colon = text.indexOf(':');
        return colon < 0 ? 0 : Long.parseLong(text, 0, colon, 10);
    }

    private String version() {
        int dash = text.lastIndexOf('-');
        return text.substring(text.indexOf(':') + 1, dash < 0 ? text.length() : dash);
    }

    private String release() {
        int dash = text.lastIndexOf('-');
        return dash < 0 ? "" : text.substring(dash + 1);
    }

    /**
     * rpmvercmp: segments of digits by value and of letters by their codes, a digit's newer than a letter's; whatever stands
     * between them only separates. {@code ~} is older than the end, {@code ^} newer than the end and older than all else.
     */
    static int compareParts(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() || j < b.length()) {
            i = skipSeparators(a, i);
            j = skipSeparators(b, j);
            char one = at(a, i);
            char two = at(b, j);
            if (one == '~' || two == '~') {
                if (one != two) {
                    return one == '~' ? -1 : 1;
                }
            } else if (one == '^' || two == '^') {
                if (one != two) {
                    return compareCaret(one, two);
                }
            } else if (one == 0 || two == 0) {
                break;
            } else {
                int oneEnd = segmentEnd(a, i);
                int twoEnd = isDigit(one) == isDigit(two) ? segmentEnd(b, j) : j;
                int order = twoEnd == j ? (isDigit(one) ? 1 : -1) : compareSegments(a, i, oneEnd, b, j, twoEnd);
                if (order != 0) {
                    return order;
                }
                i = oneEnd;
                j = twoEnd;
                continue;
            }
            i++;
            j++;
        }
        return Boolean.compare(i < a.length(), j < b.length());
    }

    /** One of the two is a caret. */
    private static int compareCaret(char one, char two) {
        if (one == 0) {
            return -1;
        }
        return two == 0 || two == '^' ? 1 : -1;
    }

    private static int compareSegments(String a, int from, int to, String b, int start, int end) {
        if (!isDigit(a.charAt(from))) {
            return Integer.signum(a.substring(from, to).compareTo(b.substring(start, end)));
        }
        int i = skipZeros(a, from, to);
        int j = skipZeros(b, start, end);
        int longer = Integer.compare(to - i, end - j);
        return longer != 0 ? longer : Integer.signum(a.substring(i, to).compareTo(b.substring(j, end)));
    }

    private static int skipZeros(String text, int from, int to) {
        int i = from;
        while (i < to && text.charAt(i) == '0') {
            i++;
        }
        return i;
    }

    private static int segmentEnd(String text, int from) {
        boolean digits = isDigit(text.charAt(from));
        int i = from;
        while (i < text.length() && (digits ? isDigit(text.charAt(i)) : isLetter(text.charAt(i)))) {
            i++;
        }
        return i;
    }

    private static int skipSeparators(String text, int from) {
        int i = from;
        while (i < text.length()
                && !isDigit(text.charAt(i))
                && !isLetter(text.charAt(i))
                && "~^".indexOf(text.charAt(i)) < 0) {
            i++;
        }
        return i;
    }

    /** Zero at the end. */
    private static char at(String text, int index) {
        return index < text.length() ? text.charAt(index) : 0;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}
