package org.cloister.repo.console.model;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A time for people, in UTC.
 *
 * @param machine RFC 3339
 * @param absolute to the second
 * @param relative to the time at which the page was made, in one unit
 */
public record When(String machine, String absolute, String relative) {
    private static final DateTimeFormatter ABSOLUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

    private record Unit(String one, String many, Duration length) {}

    private static final Unit[] UNITS = {
        new Unit("year", "years", Duration.ofDays(365)),
        new Unit("month", "months", Duration.ofDays(30)),
        new Unit("day", "days", Duration.ofDays(1)),
        new Unit("hour", "hours", Duration.ofHours(1)),
        new Unit("min", "min", Duration.ofMinutes(1)),
        new Unit("s", "s", Duration.ofSeconds(1)),
    };

    public static When of(Instant at, Instant now) {
        return new When(at.truncatedTo(ChronoUnit.MILLIS).toString(), ABSOLUTE.format(at), relative(at, now));
    }

    /** Null for null. */
    public static @Nullable When ofNullable(@Nullable Instant at, Instant now) {
        return at == null ? null : of(at, now);
    }

    private static String relative(Instant at, Instant now) {
        Duration distance = Duration.between(at, now);
        String text = length(distance.abs());
        if (text.isEmpty()) {
            return "just now";
        }
        return distance.isNegative() ? "in " + text : text + " ago";
    }

    /** In one unit; empty for less than a second. */
    static String length(Duration length) {
        for (Unit unit : UNITS) {
            long count = length.dividedBy(unit.length());
            if (count > 0) {
                return count + " " + (count == 1 ? unit.one() : unit.many());
            }
        }
        return "";
    }
}
