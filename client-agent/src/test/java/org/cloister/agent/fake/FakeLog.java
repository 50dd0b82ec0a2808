package org.cloister.agent.fake;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.cloister.events.CorrelationId;
import org.cloister.events.Event;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;
import org.cloister.events.codec.EventCodec;

/** Events in memory. Thread-safe. */
public final class FakeLog {
    private final EventCodec codec = new EventCodec();
    private final List<RecordedEvent> events = new ArrayList<>();

    public synchronized Position append(HostId host, Event event) {
        EventCodec.Encoded encoded = codec.encode(event);
        return append(host, encoded.type(), encoded.payload());
    }

    public synchronized Position append(HostId host, String type, String payload) {
        Position position = new Position(events.size() + 1);
        events.add(new RecordedEvent(
                position,
                StreamId.of(host),
                position.value(),
                type,
                1,
                Instant.parse("2026-01-02T03:04:05Z"),
                new Principal("tester"),
                new CorrelationId("c"),
                payload));
        notifyAll();
        return position;
    }

    public synchronized List<RecordedEvent> all() {
        return new ArrayList<>(events);
    }

    synchronized List<RecordedEvent> after(long position, int limit, long waitMillis) throws InterruptedException {
        if (events.size() <= position && waitMillis > 0) {
            TimeUnit.MILLISECONDS.timedWait(this, waitMillis);
        }
        return new ArrayList<>(events.subList(
                (int) Math.min(position, events.size()), (int) Math.min(events.size(), position + limit)));
    }
}
