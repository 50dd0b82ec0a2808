package org.cloister.events.layer;

/** Seconds since 1970, and nanoseconds from 0 to 999,999,999 that count forward. Text: {@code 12.000000034}. */
public record FileTime(long seconds, int nanos) {
    public static final FileTime EPOCH = new FileTime(0, 0);
    private static final int NANOS_DIGITS = 9;

    public FileTime {
        if (nanos < 0 || nanos > 999_999_999) {
            throw new IllegalArgumentException("nanoseconds out of range: " + nanos);
        }
    }

    /** @throws IllegalArgumentException if {@code text} isn't the text form */
    public static FileTime parse(String text) {
        int dot = text.indexOf('.');
        if (dot < 1 || text.length() - dot - 1 != NANOS_DIGITS) {
            throw new IllegalArgumentException("not a time: " + text);
        }
        return new FileTime(Long.parseLong(text, 0, dot, 10), Integer.parseInt(text, dot + 1, text.length(), 10));
    }

    @Override
    public String toString() {
        String digits = Integer.toString(nanos);
        return seconds + "." + "0".repeat(NANOS_DIGITS - digits.length()) + digits;
    }
}
