package org.cloister.repo.rehash;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.cloister.events.AuditEvent.Damage;
import org.cloister.events.AuditEvent.Rehashed;
import org.cloister.repo.log.LogAudit;
import org.cloister.repo.log.LogDamagedException;
import org.cloister.repo.pool.PoolScrub;

/** One look at everything that is stored. Blocks for as long as that takes. */
public final class Rehash {
    /** More of them say no more than that the disk is broken. */
    static final int MAX_TOLD = 100;

    private final LogAudit log;
    private final PoolScrub pool;
    private final InstantSource clock;

    public Rehash(LogAudit log, PoolScrub pool, InstantSource clock) {
        this.log = log;
        this.pool = pool;
        this.clock = clock;
    }

    /** @throws IOException if the pool's directories can't be read; @throws java.io.UncheckedIOException if the database failed */
    public Rehashed run() throws IOException, InterruptedException {
        Instant start = clock.instant();
        Tally tally = new Tally();
        long events = events(tally);
        pool.run(tally);
        long milliseconds = Duration.between(start, clock.instant()).toMillis();
        return new Rehashed(events, tally.files, tally.bytes, milliseconds, tally.damaged, tally.first);
    }

    private long events(Tally tally) {
        try {
            LogAudit.Verdict verdict = log.verify(progress -> {});
            if (verdict instanceof LogAudit.Damaged damaged) {
                tally.add("event " + damaged.position() + " " + damaged.field(), damaged.explanation());
                return Math.max(0, damaged.position().value() - 1);
            }
            return ((LogAudit.Sound) verdict).size();
        } catch (LogDamagedException e) {
            tally.add("checkpoint", String.valueOf(e.getMessage()));
            return 0;
        }
    }

    /** What is counted on the way. */
    private static final class Tally implements PoolScrub.Listener {
        private final List<Damage> first = new ArrayList<>();
        private long damaged;
        private long files;
        private long bytes;

        void add(String place, String reason) {
            damaged++;
            if (first.size() < MAX_TOLD) {
                first.add(new Damage(place, reason));
            }
        }

        @Override
        public void whole(long size) {
            files++;
            bytes += size;
        }

        @Override
        public void damaged(String path, long size, String reason) {
            files++;
            bytes += size;
            add(path, reason);
        }
    }
}
