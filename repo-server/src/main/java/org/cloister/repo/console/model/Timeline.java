package org.cloister.repo.console.model;

import java.time.Instant;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;

/**
 * The past of a host: it is the same between two of its events, so each of its moments is one of them.
 *
 * @param count its events until now
 * @param index which of them is the last that is shown, from 1
 * @param position of that event in the log
 * @param summary of that event
 */
public record Timeline(
        HostId host, long count, long index, Position position, When at, String summary, When first, When last) {
    public boolean isNow() {
        return index == count;
    }

    public boolean isFirst() {
        return index == 1;
    }

    public static Timeline of(
            RecordedEvent shown, String summary, long count, RecordedEvent first, When last, Instant now) {
        return new Timeline(
                new HostId(shown.stream().name()),
                count,
                shown.version(),
                shown.position(),
                When.of(shown.recordedAt(), now),
                summary,
                When.of(first.recordedAt(), now),
                last);
    }

    /** The host after one of its events, from 1. */
    public String href(long index) {
        return Links.host(host) + "?change=" + index;
    }
}
