package org.cloister.repo.http;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.cloister.events.HostId;
import org.cloister.events.RequestId;
import org.cloister.repo.command.Caller;
import org.jspecify.annotations.Nullable;

/**
 * What each host showed of itself since this process started: when it last came with its token, how its clock goes, and whether more than
 * one machine reports as it. Not durable, and nothing that the log says. A host that gets its events from Kafka comes at least when its
 * agent looks after the log. Thread-safe.
 */
final class Sightings {
    /** Longer is no date. */
    private static final int MAX_DATE = 64;

    private final Map<HostId, Sighting> last = new ConcurrentHashMap<>();
    /** Hosts whose clocks are right say the same in one second; reading a date costs more than the rest of a sighting. */
    private volatile Told newest = new Told("", Instant.EPOCH);

    private record Told(String date, Instant time) {}

    /**
     * One host.
     *
     * @param at when it last came; null: not since the start
     * @param clockAheadSeconds of this machine's clock, by what the host last said of its own; negative: behind; null: it said nothing
     * @param sequence the highest of its reports, 0 before the first
     * @param reportedBy the request that had this number
     * @param repeated how often another report came with a number that was used already
     * @param repeatedAt when that last was; null: never
     */
    record Sighting(
            @Nullable Instant at,
            @Nullable Long clockAheadSeconds,
            long sequence,
            @Nullable RequestId reportedBy,
            int repeated,
            @Nullable Instant repeatedAt) {
        private static final Sighting NONE = new Sighting(null, null, 0, null, 0, null);

        private Sighting seen(Instant now, @Nullable Long clockAhead) {
            return new Sighting(
                    now,
                    clockAhead == null ? clockAheadSeconds : clockAhead,
                    sequence,
                    reportedBy,
                    repeated,
                    repeatedAt);
        }

        private Sighting reported(long number, RequestId request, Instant now) {
            boolean again = number <= sequence && !request.equals(reportedBy);
            return new Sighting(
                    at,
                    clockAheadSeconds,
                    number,
                    request,
                    again && repeated < Integer.MAX_VALUE ? repeated + 1 : repeated,
                    again ? now : repeatedAt);
        }
    }

    /** @param date the request's header {@code Date} (RFC 9110, section 6.6.1), which may be missing or nonsense */
    void saw(Caller caller, @Nullable String date, Instant now) {
        HostId host = caller.host();
        if (host != null) {
            Long ahead = ahead(date, now);
            last.merge(host, Sighting.NONE.seen(now, ahead), (before, one) -> before.seen(now, ahead));
        }
    }

    private @Nullable Long ahead(@Nullable String date, Instant now) {
        if (date == null || date.length() > MAX_DATE) {
            return null;
        }
        try {
            Told told = newest;
            if (!told.date().equals(date)) {
                told = new Told(date, DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from));
                newest = told;
            }
            return Duration.between(now, told.time()).toSeconds();
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /**
     * A report that the host signed was answered. An agent numbers its reports and sends each until it is answered, so a used number with
     * another request comes from an agent that lost its state, once, or from another machine with the same key, each time that it reports.
     */
    void reported(HostId host, long sequence, RequestId request, Instant now) {
        last.merge(
                host,
                Sighting.NONE.reported(sequence, request, now),
                (before, one) -> before.reported(sequence, request, now));
    }

    /** Of a host that never came all is empty. */
    Sighting last(HostId host) {
        return last.getOrDefault(host, Sighting.NONE);
    }
}
