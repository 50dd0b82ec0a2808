package org.cloister.repo.http;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.cloister.events.HostId;
import org.cloister.repo.command.Caller;
import org.jspecify.annotations.Nullable;

/**
 * When each host last came with its token, since this process started: not durable, and nothing that the log says. A host that gets
 * its events from Kafka comes at least when its agent looks after the log. Thread-safe.
 */
final class Sightings {
    private final Map<HostId, Instant> last = new ConcurrentHashMap<>();

    void saw(Caller caller, Instant now) {
        HostId host = caller.host();
        if (host != null) {
            last.put(host, now);
        }
    }

    /** Null: not since the start. */
    @Nullable
    Instant last(HostId host) {
        return last.get(host);
    }
}
