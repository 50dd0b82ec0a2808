package org.cloister.repo.collect;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;
import org.cloister.events.HostId;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.pool.PoolFile;
import org.cloister.repo.pool.PoolGarbage;
import org.cloister.repo.retention.Evidence;
import org.cloister.repo.retention.Needs;
import org.cloister.repo.retention.RetentionState;
import org.cloister.repo.retention.Stored;
import org.cloister.repo.retention.Verdict;
import org.cloister.repo.view.DistributionHistory;
import org.cloister.repo.view.Views;

/** Judges everything that the pool has by what the log says when it begins. One thread; used once. */
final class Survey {
    private final PoolGarbage garbage;
    private final CollectionListener listener;
    private final Needs needs;
    private final Instant now;
    private final Duration grace;
    private final Map<ContentKind, Tally> all = new EnumMap<>(ContentKind.class);
    private final Map<Digest, Stored> going = new HashMap<>();

    /** Some things. */
    record Tally(long count, long bytes) {
        static final Tally NONE = new Tally(0, 0);

        Tally plus(long size) {
            return new Tally(count + 1, bytes + size);
        }
    }

    /** @param views up to date */
    Survey(
            Views views,
            RetentionState state,
            LoggedContents contents,
            PoolGarbage garbage,
            CollectionListener listener,
            Instant now,
            Duration grace) {
        this.garbage = garbage;
        this.listener = listener;
        this.now = now;
        this.grace = grace;
        Map<HostId, HostState> hosts = new HashMap<>();
        views.hosts().all().forEach(entry -> hosts.put(entry.host(), entry.state()));
        this.needs = new Evidence(
                        state,
                        hosts,
                        views.distributions().all().values().stream()
                                .map(DistributionHistory::newestFirst)
                                .toList(),
                        now)
                .needs(contents);
    }

    /** @throws CancellationException if nobody waits for it any more */
    void run() throws IOException {
        for (ContentKind kind : ContentKind.values()) {
            try {
                garbage.each(kind, this::judge);
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
    }

    private void judge(PoolFile file) {
        if (!listener.stillWanted()) {
            throw new CancellationException("nobody waits for the collection any more");
        }
        Stored thing = new Stored(file.kind(), file.digest(), file.size(), file.modified());
        Verdict verdict = needs.verdict(thing, now, grace);
        all.put(thing.kind(), all.getOrDefault(thing.kind(), Tally.NONE).plus(thing.size()));
        if (!verdict.kept()) {
            going.merge(thing.digest(), thing, Survey::later);
        } else if (thing.kind() == ContentKind.LAYER) {
            try {
                garbage.objects(new LayerId(thing.digest()), needs::inLayer);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        listener.judged(verdict);
    }

    /** Of two kinds of content with one digest. */
    private static Stored later(Stored one, Stored other) {
        return one.since().isAfter(other.since()) ? one : other;
    }

    Tally all(ContentKind kind) {
        return all.getOrDefault(kind, Tally.NONE);
    }

    /** What isn't needed. */
    Map<Digest, Stored> going() {
        return going;
    }
}
