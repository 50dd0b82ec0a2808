package org.cloister.repo.view;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.cloister.events.Event;
import org.cloister.events.MirrorEvent;
import org.cloister.events.MirrorEvent.MirrorIndexed;
import org.cloister.events.MirrorName;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;
import org.cloister.events.codec.EventCodec;
import org.cloister.repo.listing.Listing;
import org.cloister.repo.log.EventStore;

/**
 * What every mirror lists, now and as of any position. A synchronization's packages are seen together, from its {@link
 * MirrorIndexed} on. The newest states are kept; older ones are read from the log again.
 */
public final class ListingsView implements View {
    /** States of one mirror that are kept: two months of a suite that changes each day. */
    static final int MAX_KEPT = 60;

    private final EventStore store;
    private final EventCodec codec;
    private final Map<MirrorName, Growing> mirrors = new ConcurrentHashMap<>();

    /**
     * One mirror.
     *
     * @param next with the pages of a synchronization that has no end yet
     * @param kept by the positions from which they count
     */
    private record Growing(Listing next, NavigableMap<Position, Listing> kept) {
        static final Growing EMPTY = new Growing(Listing.EMPTY, new TreeMap<>(Map.of(Position.NONE, Listing.EMPTY)));

        Growing with(Position position, MirrorEvent event) {
            Listing after = next.after(event);
            if (after == next || !(event instanceof MirrorIndexed)) {
                return after == next ? this : new Growing(after, kept);
            }
            NavigableMap<Position, Listing> more = new TreeMap<>(kept);
            more.put(position, after);
            if (more.size() > MAX_KEPT) {
                more.pollFirstEntry();
            }
            return new Growing(after, more);
        }
    }

    public ListingsView(EventStore store, EventCodec codec) {
        this.store = store;
        this.codec = codec;
    }

    @Override
    public void apply(RecordedEvent recorded, Event event) {
        if (event instanceof MirrorEvent change) {
            MirrorName name = new MirrorName(recorded.stream().name());
            Growing before = mirrors.getOrDefault(name, Growing.EMPTY);
            Growing after = before.with(recorded.position(), change);
            if (after != before) {
                mirrors.put(name, after);
            }
        }
    }

    /** Empty for a mirror that was never indexed or defined. */
    public Listing now(MirrorName mirror) {
        return kept(mirror).lastEntry().getValue();
    }

    /** The position of the {@link MirrorIndexed} that {@link #now} follows from; {@link Position#NONE} if there is none. */
    public Position changed(MirrorName mirror) {
        return kept(mirror).lastKey();
    }

    /**
     * What it listed as of {@code position}. A state that is no longer kept is read from the log: that blocks, for seconds where
     * the mirror has a long history.
     *
     * @throws java.io.UncheckedIOException if the database failed
     */
    public Listing at(MirrorName mirror, Position position) {
        Map.Entry<Position, Listing> found = kept(mirror).floorEntry(position);
        return found == null ? read(mirror, position) : found.getValue();
    }

    private NavigableMap<Position, Listing> kept(MirrorName mirror) {
        return mirrors.getOrDefault(mirror, Growing.EMPTY).kept();
    }

    private Listing read(MirrorName mirror, Position position) {
        Growing state = Growing.EMPTY;
        long version = 0;
        List<RecordedEvent> page;
        do {
            page = store.readStream(StreamId.of(mirror), version, EventStore.MAX_READ);
            for (RecordedEvent recorded : page) {
                if (recorded.position().isAfter(position)) {
                    return state.kept().lastEntry().getValue();
                }
                state = state.with(recorded.position(), (MirrorEvent) codec.decode(recorded));
                version = recorded.version();
            }
        } while (!page.isEmpty());
        return state.kept().lastEntry().getValue();
    }
}
