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
        StreamId stream = StreamId.of(host);
        long version = 1
                + events.stream().filter(event -> event.stream().equals(stream)).count();
        events.add(new RecordedEvent(
                position,
                stream,
                version,
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

    /** The first {@code size} events, as a backup had them; what comes next gets positions that meant something else. */
    public synchronized void restore(int size) {
        events.subList(size, events.size()).clear();
        notifyAll();
    }

    /** What a stream has after a position; nothing of it is still to come up to {@code upTo}. */
    record Page(List<RecordedEvent> events, long upTo) {}

    synchronized Page after(long position, String stream, int limit, long waitMillis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
        Page page = page(position, stream, limit);
        while (page.events().isEmpty() && System.nanoTime() < end) {
            TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
            page = page(position, stream, limit);
        }
        return page;
    }

    private Page page(long position, String stream, int limit) {
        List<RecordedEvent> found = events.stream()
                .filter(event -> event.position().value() > position
                        && event.stream().toString().equals(stream))
                .limit(limit)
                .toList();
        boolean whole = found.size() < limit;
        return new Page(
                found,
                whole
                        ? Math.max(position, events.size())
                        : found.get(found.size() - 1).position().value());
    }
}
