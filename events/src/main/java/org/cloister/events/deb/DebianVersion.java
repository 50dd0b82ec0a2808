package org.cloister.events.deb;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A version, {@code [epoch:]upstream[-revision]}, ordered as Debian Policy 5.6.12 says. Equality is of the text:
 * {@code 1.0} and {@code 1.00} compare as equal but are two versions.
 */
public record DebianVersion(String text) implements Version {
    private static final int MAX_LENGTH = 256;
    private static final int MAX_EPOCH_DIGITS = 9;
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /** @throws IllegalArgumentException if dpkg would refuse it, with the reason */
    @JsonCreator
    public DebianVersion {
        String problem = problem(text);
        if (problem != null) {
            throw new IllegalArgumentException("not a version: " + text + " (" + problem + ")");
        }
    }

    private static @org.jspecify.annotations.Nullable String problem(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return "1 to " + MAX_LENGTH + " characters";
        }
        int colon = text.indexOf(':');
        if (colon >= 0 && (colon == 0 || colon > MAX_EPOCH_DIGITS || !hasOnly(text, 0, colon, ""))) {
            return "the epoch is a number";
        }
        int dash = dash(text, colon);
        if (colon + 1 >= dash
                || !isDigit(text.charAt(colon + 1))
                || !hasOnly(text, colon + 1, dash, LETTERS + ".+~:-")) {
            return "the upstream version starts with a digit and has letters, digits and . + - : ~";
        }
        boolean revised = dash == text.length() || dash + 1 < text.length();
        return revised && hasOnly(text, Math.min(dash + 1, text.length()), text.length(), LETTERS + "+.~")
                ? null
                : "the revision has letters, digits and + . ~";
    }

    /** Whether there are only digits and these characters; no regular expression, as a suite has 65,000 versions to check. */
    private static boolean hasOnly(String text, int from, int to, String characters) {
        for (int i = from; i < to; i++) {
            if (!isDigit(text.charAt(i)) && characters.indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int compareTo(Version other) {
        return other instanceof DebianVersion debian ? compare(text, debian.text) : -1;
    }

    /** The order of two well-formed versions, without making objects. */
    public static int compare(String a, String b) {
        int aColon = a.indexOf(':');
        int bColon = b.indexOf(':');
        int epochs = Long.compare(epoch(a, aColon), epoch(b, bColon));
        if (epochs != 0) {
            return epochs;
        }
        int aDash = dash(a, aColon);
        int bDash = dash(b, bColon);
        int upstream = compareParts(a, aColon + 1, aDash, b, bColon + 1, bDash);
        if (upstream != 0) {
            return upstream;
        }
        return compareParts(
                a, Math.min(aDash + 1, a.length()), a.length(), b, Math.min(bDash + 1, b.length()), b.length());
    }

    private static long epoch(String text, int colon) {
        return colon < 0 ? 0 : Long.parseLong(text, 0, colon, 10);
    }

    private static int dash(String text, int colon) {
        int dash = text.lastIndexOf('-');
        return dash > colon ? dash : text.length();
    }

    /** dpkg's verrevcmp: alternately a run of non-digits by {@link #order}, then a run of digits by value. */
    private static int compareParts(String a, int i, int aEnd, String b, int j, int bEnd) {
        int x = i;
        int y = j;
        while (x < aEnd || y < bEnd) {
            while ((x < aEnd && !isDigit(a.charAt(x))) || (y < bEnd && !isDigit(b.charAt(y)))) {
                int difference = order(a, x, aEnd) - order(b, y, bEnd);
                if (difference != 0) {
                    return difference;
                }
                x++;
                y++;
            }
            x = skipZeros(a, x, aEnd);
            y = skipZeros(b, y, bEnd);
            int first = 0;
            while (x < aEnd && y < bEnd && isDigit(a.charAt(x)) && isDigit(b.charAt(y))) {
                first = first != 0 ? first : a.charAt(x) - b.charAt(y);
                x++;
                y++;
            }
            if (x < aEnd && isDigit(a.charAt(x))) {
                return 1;
            }
            if (y < bEnd && isDigit(b.charAt(y))) {
                return -1;
            }
            if (first != 0) {
                return first;
            }
        }
        return 0;
    }

    private static int skipZeros(String text, int from, int end) {
        int i = from;
        while (i < end && text.charAt(i) == '0') {
            i++;
        }
        return i;
    }

    private static int order(String text, int index, int end) {
        if (index >= end || isDigit(text.charAt(index))) {
            return 0;
        }
        char c = text.charAt(index);
        if (c == '~') {
            return -1;
        }
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ? c : c + 256;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}
