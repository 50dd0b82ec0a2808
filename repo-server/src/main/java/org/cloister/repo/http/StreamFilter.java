package org.cloister.repo.http;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.cloister.events.HostId;
import org.cloister.events.StreamId;
import org.cloister.repo.log.StreamSelection;
import org.jspecify.annotations.Nullable;

/** Which streams a reader of events wants: some by name, some kinds wholly, or all. */
public final class StreamFilter {
    public static final StreamFilter ALL = new StreamFilter(StreamSelection.ALL);

    private final StreamSelection selection;

    private StreamFilter(StreamSelection selection) {
        this.selection = selection;
    }

    /**
     * {@code host:h-0011223344556677,closure:}; null is all.
     *
     * @throws IllegalArgumentException if a part isn't a stream or a kind
     */
    public static StreamFilter parse(@Nullable String text) {
        if (text == null) {
            return ALL;
        }
        Set<StreamId.Kind> kinds = EnumSet.noneOf(StreamId.Kind.class);
        Set<StreamId> streams = new HashSet<>();
        for (String part : text.split(",", -1)) {
            if (part.endsWith(":")) {
                kinds.add(StreamId.Kind.valueOf(
                        part.substring(0, part.length() - 1).toUpperCase(Locale.ROOT)));
            } else {
                streams.add(StreamId.parse(part));
            }
        }
        return new StreamFilter(new StreamSelection(kinds, streams));
    }

    boolean wants(StreamId stream) {
        return selection.includes(stream);
    }

    public StreamSelection selection() {
        return selection;
    }

    /** Whether the agent of {@code host} may read all of this. */
    boolean isFor(HostId host) {
        List<StreamId.Kind> others = new ArrayList<>(selection.kinds());
        others.remove(StreamId.Kind.CLOSURE);
        return others.isEmpty()
                && selection.streams().stream()
                        .allMatch(stream -> stream.kind() == StreamId.Kind.CLOSURE || stream.equals(StreamId.of(host)));
    }
}
