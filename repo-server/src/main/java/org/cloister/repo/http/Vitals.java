package org.cloister.repo.http;

import java.time.Instant;
import java.util.List;
import org.cloister.events.AuditEvent.Damage;
import org.jspecify.annotations.Nullable;

/** How the repository's parts are. May be asked by any thread, and may block. */
public interface Vitals {
    /** What a part says when nothing is wrong with it. */
    String OK = "ok";

    /**
     * Each part: {@link #OK} or what is wrong.
     *
     * @param ready whether commands are taken and answered
     * @param database answers queries
     * @param sequencer takes commands, and the views are up to date with it
     * @param relay Kafka has everything, or will soon; trouble here keeps no commands away
     */
    record Readiness(boolean ready, String database, String sequencer, String relay) {}

    /**
     * What runs here.
     *
     * @param name the log's origin
     * @param epoch changes when the carrier topics were begun anew
     * @param head the last position
     * @param relay the last position that Kafka has, or null if that isn't known
     * @param kafka bootstrap servers, or null if there are none
     * @param rehash null before the first time
     */
    record Status(
            String name,
            String version,
            String epoch,
            long head,
            @Nullable Long relay,
            @Nullable String kafka,
            Instant startedAt,
            long uptimeSeconds,
            @Nullable Rehash rehash) {}

    /** What was found when everything was hashed again; {@link org.cloister.events.AuditEvent.Rehashed} has the words. */
    record Rehash(Instant at, long events, long files, long bytes, long damaged, List<Damage> first) {}

    Readiness readiness();

    Status status();
}
