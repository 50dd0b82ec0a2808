package org.cloister.repo.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cloister.events.Event;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;
import org.cloister.events.codec.EventCodec;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.log.EventStore;

/** The present states of streams, each folded once and then brought up to date with what is new in the log. Thread-safe. */
final class Streams {
    /** States that are kept: the hosts and packages that are busy. The others are folded again when they are asked for. */
    private static final int MAX_KEPT = 10_000;

    private final EventStore store;
    private final EventCodec codec;
    private final Map<StreamId, Loaded<?>> kept = new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<StreamId, Loaded<?>> eldest) {
            return size() > MAX_KEPT;
        }
    };

    Streams(EventStore store, EventCodec codec) {
        this.store = store;
        this.codec = codec;
    }

    /** A stream's state after its event {@code version}; 0: it has none. */
    record Loaded<S>(StreamFamily<S, ?> family, S state, long version) {}

    /**
     * The state with every event that was durable when this was called. Blocks.
     *
     * @throws java.io.UncheckedIOException if the database failed
     */
    <S> Loaded<S> load(StreamFamily<S, ? extends Event> family, StreamId stream) {
        Loaded<S> before = kept(family, stream);
        Loaded<S> after = before;
        List<RecordedEvent> page;
        do {
            page = store.readStream(stream, after.version(), EventStore.MAX_READ);
            for (RecordedEvent recorded : page) {
                S state = family.evolve(after.state(), Occurrence.of(recorded), codec.decode(recorded));
                after = new Loaded<>(family, state, recorded.version());
            }
        } while (!page.isEmpty());
        if (after.version() > before.version()) {
            keep(stream, after);
        }
        return after;
    }

    @SuppressWarnings("unchecked") // the family that was kept with the state is the one that is asked for
    private <S> Loaded<S> kept(StreamFamily<S, ? extends Event> family, StreamId stream) {
        synchronized (kept) {
            Loaded<?> loaded = kept.get(stream);
            return loaded != null && loaded.family() == family
                    ? (Loaded<S>) loaded
                    : new Loaded<>(family, family.empty(), 0);
        }
    }

    private void keep(StreamId stream, Loaded<?> loaded) {
        synchronized (kept) {
            kept.merge(stream, loaded, (old, fresh) -> fresh.version() > old.version() ? fresh : old);
        }
    }

    /** Everything from {@code first} to {@code last}. Blocks. */
    List<RecordedEvent> recorded(Position first, Position last) {
        List<RecordedEvent> events = new ArrayList<>();
        long next = first.value();
        while (next <= last.value()) {
            int limit = (int) Math.min(EventStore.MAX_READ, last.value() - next + 1);
            List<RecordedEvent> page = store.readAll(new Position(next - 1), limit);
            if (page.isEmpty()) {
                throw new IllegalStateException("the log ends before " + last);
            }
            events.addAll(page);
            next += page.size();
        }
        return events;
    }

    Event decode(RecordedEvent recorded) {
        return codec.decode(recorded);
    }
}
