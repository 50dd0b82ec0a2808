package org.cloister.agent.service;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as systemd.time(7) writes them: {@code 5min 20s}; a bare number is seconds. */
final class TimeSpan {
    /** What {@code infinity} is: longer than any machine runs. */
    static final Duration INFINITY = Duration.ofDays(36_500);

    private static final Pattern PART = Pattern.compile("\\s*([0-9]{1,15})(\\.[0-9]{1,9})?\\s*([A-Za-zµ]*)");
    private static final double MICROS = 1e6;
    private static final Map<String, Double> UNITS = Map.ofEntries(
            Map.entry("us", 1 / MICROS),
            Map.entry("µs", 1 / MICROS),
            Map.entry("usec", 1 / MICROS),
            Map.entry("ms", 1e-3),
            Map.entry("msec", 1e-3),
            Map.entry("", 1.0),
            Map.entry("s", 1.0),
            Map.entry("sec", 1.0),
            Map.entry("second", 1.0),
            Map.entry("seconds", 1.0),
            Map.entry("m", 60.0),
            Map.entry("min", 60.0),
            Map.entry("minute", 60.0),
            Map.entry("minutes", 60.0),
            Map.entry("h", 3600.0),
            Map.entry("hr", 3600.0),
            Map.entry("hour", 3600.0),
            Map.entry("hours", 3600.0),
            Map.entry("d", 86_400.0),
            Map.entry("day", 86_400.0),
            Map.entry("days", 86_400.0),
            Map.entry("w", 604_800.0),
            Map.entry("week", 604_800.0),
            Map.entry("weeks", 604_800.0));

    private TimeSpan() {}

    /** To the millisecond; at most {@link #INFINITY}. @throws IllegalArgumentException if it is none */
    static Duration parse(String text) {
        String stripped = text.strip();
        if (stripped.equals("infinity")) {
            return INFINITY;
        }
        Matcher part = PART.matcher(stripped);
        double seconds = 0;
        int at = 0;
        while (at < stripped.length()) {
            if (!part.find(at) || part.start() != at) {
                throw new IllegalArgumentException("no length of time: " + text);
            }
            Double unit = UNITS.get(part.group(3));
            if (unit == null) {
                throw new IllegalArgumentException("no unit of time: " + part.group(3));
            }
            String fraction = part.group(2);
            seconds += Double.parseDouble(part.group(1) + (fraction == null ? "" : fraction)) * unit;
            at = part.end();
        }
        if (stripped.isEmpty()) {
            throw new IllegalArgumentException("no length of time");
        }
        return seconds >= INFINITY.toSeconds() ? INFINITY : Duration.ofMillis(Math.round(seconds * 1e3));
    }
}
