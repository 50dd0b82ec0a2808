package org.cloister.agent.remote;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A time as HTTP's header {@code Date} has it (RFC 9110, section 5.6.7: IMF-fixdate), in whole seconds. */
public final class HttpDate {
    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private HttpDate() {}

    /** @param time of the years 0 to 9999 */
    public static String format(Instant time) {
        return FORM.format(time);
    }
}
