package org.cloister.repo.log;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.cloister.events.StreamId;

/** Some streams: those of whole kinds, and others by name. */
public record StreamSelection(Set<StreamId.Kind> kinds, Set<StreamId> streams) {
    /** All there are. */
    public static final StreamSelection ALL = new StreamSelection(EnumSet.allOf(StreamId.Kind.class), Set.of());

    /** A stream of a kind that is selected as a whole need not be named. */
    public StreamSelection {
        Set<StreamId.Kind> whole = Set.copyOf(kinds);
        kinds = whole;
        streams = streams.stream()
                .filter(stream -> !whole.contains(stream.kind()))
                .collect(Collectors.toUnmodifiableSet());
    }

    public boolean includes(StreamId stream) {
        return kinds.contains(stream.kind()) || streams.contains(stream);
    }

    public boolean isAll() {
        return kinds.size() == StreamId.Kind.values().length;
    }
}
