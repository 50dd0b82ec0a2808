package org.cloister.repo.view;

import java.util.Collections;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.cloister.events.Event;
import org.cloister.events.MirrorEvent;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorName;
import org.cloister.events.RecordedEvent;
import org.cloister.repo.decide.MirrorState;
import org.cloister.repo.decide.Occurrence;
import org.jspecify.annotations.Nullable;

/** Every mirror that was defined. */
public final class MirrorsView implements View {
    private final ConcurrentNavigableMap<MirrorName, MirrorState> mirrors = new ConcurrentSkipListMap<>();

    @Override
    public void apply(RecordedEvent recorded, Event event) {
        if (event instanceof MirrorEvent change) {
            MirrorName name = new MirrorName(recorded.stream().name());
            MirrorState before = mirrors.getOrDefault(name, MirrorState.EMPTY);
            mirrors.put(name, before.evolve(Occurrence.of(recorded), change));
        }
    }

    /** Null if no mirror of this name was defined. */
    public @Nullable MirrorState find(MirrorName name) {
        return mirrors.get(name);
    }

    /** Null if no mirror of this name was defined. */
    public @Nullable MirrorDefined definition(MirrorName name) {
        MirrorState state = find(name);
        return state == null ? null : state.definition();
    }

    /** All mirrors by name. */
    public SortedMap<MirrorName, MirrorState> all() {
        return Collections.unmodifiableSortedMap(mirrors);
    }
}
