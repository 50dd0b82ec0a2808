package org.cloister.repo.view;

import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.cloister.events.DistributionEvent.DistributionDefined;
import org.cloister.events.Position;
import org.cloister.repo.decide.Contents;
import org.cloister.repo.decide.DistributionSnapshot;
import org.cloister.repo.decide.Occurrence;
import org.jspecify.annotations.Nullable;

/** Every state that a distribution had. Written by one thread, read by any. */
public final class DistributionHistory {
    private final ConcurrentNavigableMap<Position, DistributionSnapshot> snapshots = new ConcurrentSkipListMap<>();

    /** As it is now; null before its definition. */
    public @Nullable DistributionSnapshot now() {
        Map.Entry<Position, DistributionSnapshot> last = snapshots.lastEntry();
        return last == null ? null : last.getValue();
    }

    /** As it was after the event at {@code position}; null if it wasn't defined yet. */
    public @Nullable DistributionSnapshot at(Position position) {
        Map.Entry<Position, DistributionSnapshot> entry = snapshots.floorEntry(position);
        return entry == null ? null : entry.getValue();
    }

    /** As it was after everything that was recorded at {@code time} or before; null if it wasn't defined yet. */
    public @Nullable DistributionSnapshot at(Instant time) {
        for (DistributionSnapshot snapshot : snapshots.descendingMap().values()) {
            if (!snapshot.at().at().isAfter(time)) {
                return snapshot;
            }
        }
        return null;
    }

    /** Newest first. */
    public Collection<DistributionSnapshot> newestFirst() {
        return Collections.unmodifiableCollection(snapshots.descendingMap().values());
    }

    void add(Occurrence at, DistributionDefined definition, boolean held, Contents contents) {
        DistributionSnapshot before = now();
        snapshots.put(
                at.position(),
                new DistributionSnapshot(definition, held, contents, at, DistributionSnapshot.date(before, at.at())));
    }
}
