package org.cloister.repo.log;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.cloister.events.CorrelationId;
import org.cloister.events.Event;
import org.cloister.events.PackageEvent.PackageYanked;
import org.cloister.events.Principal;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;
import org.cloister.events.deb.PackageId;

/** Commands for tests of the log. */
final class Samples {
    private static final AtomicLong REQUESTS = new AtomicLong();

    private Samples() {}

    static RequestId request() {
        return new RequestId("request-" + REQUESTS.incrementAndGet());
    }

    static Append append(String stream, long expectedVersion, int events) {
        return append(request(), stream, expectedVersion, events);
    }

    static Append append(RequestId request, String stream, long expectedVersion, int events) {
        return new Append(
                request,
                new Principal("alice"),
                new CorrelationId("c-1"),
                List.of(part(stream, expectedVersion, events)));
    }

    static Append.Part part(String stream, long expectedVersion, int events) {
        List<Event> list = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            list.add(event("because " + (expectedVersion + i + 1)));
        }
        return new Append.Part(StreamId.parse(stream), expectedVersion, list);
    }

    static Event event(String reason) {
        return new PackageYanked(PackageId.of("hello", "2.10-3", "amd64"), reason);
    }
}
