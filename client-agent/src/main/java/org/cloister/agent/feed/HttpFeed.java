package org.cloister.agent.feed;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.cloister.agent.remote.Repository;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.codec.EventLine;

/** {@code GET /v1/events} with a long poll. Reads straight from the repository's database, so it is never behind. */
public final class HttpFeed implements EventFeed {
    /** Events of one request: some megabytes. */
    public static final int LIMIT = 20_000;

    private final Repository repository;
    private final HostId host;
    private Position after;

    public HttpFeed(Repository repository, HostId host, Position after) {
        this.repository = repository;
        this.host = host;
        this.after = after;
    }

    @Override
    public Batch poll(Duration wait) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = repository.events(after, host, LIMIT, wait);
        List<RecordedEvent> events = new ArrayList<>();
        try (InputStream in = response.body()) {
            EventLines lines = new EventLines(in);
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                take(line, events);
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("the repository's events can't be read: " + e.getMessage(), e);
        }
        Position last = events.isEmpty() ? after : events.get(events.size() - 1).position();
        boolean more = events.size() >= LIMIT;
        Position upTo = more ? last : upTo(response, last);
        after = upTo;
        return new Batch(events, upTo, more);
    }

    private void take(byte[] line, List<RecordedEvent> events) {
        RecordedEvent event = EventLine.parse(line);
        if (event.position().isAfter(after)) {
            events.add(event);
        }
    }

    private static Position upTo(HttpResponse<InputStream> response, Position last) {
        long header = response.headers().firstValueAsLong("Cloister-Up-To").orElse(0);
        return header > last.value() ? new Position(header) : last;
    }

    @Override
    public String name() {
        return "http";
    }

    @Override
    public String hint() {
        return "";
    }

    @Override
    public void close() {}
}
