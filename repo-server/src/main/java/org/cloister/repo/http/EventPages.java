package org.cloister.repo.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.WithheldPayload;
import org.cloister.events.codec.EventLineWriter;
import org.cloister.repo.log.EventStore;
import org.jspecify.annotations.Nullable;

/**
 * The events after a position up to another, as lines. Reads few rows first, as most requests are for what is new; then as many
 * as fill about {@link #PAGE_BYTES}, so that events with large closures don't fill the memory.
 */
final class EventPages implements ChunkSource {
    private static final int FIRST_ROWS = 256;
    private static final int PAGE_BYTES = 1024 * 1024;
    /** Of a request with a closure of one package; most events are smaller. */
    private static final int USUAL_BYTES = 512;

    private final EventStore store;
    private final StreamFilter filter;
    private final Position until;
    private final boolean withheld;
    private final EventLineWriter lines = new EventLineWriter();
    private Position cursor;
    private long left;
    private int rows = FIRST_ROWS;
    /** Bytes of an event so far. */
    private int average = USUAL_BYTES;

    /**
     * @param limit how many events at most
     * @param withheld without payloads that are for administrators
     */
    EventPages(EventStore store, StreamFilter filter, Position after, Position until, long limit, boolean withheld) {
        this.store = store;
        this.filter = filter;
        this.cursor = after;
        this.until = until;
        this.left = limit;
        this.withheld = withheld;
    }

    @Override
    public @Nullable Buffer next(int most) {
        if (left == 0 || !until.isAfter(cursor)) {
            return null;
        }
        int limit = (int) Math.min(Math.min(rows, left), Math.max(1, most / average));
        List<RecordedEvent> page = store.readSelected(filter.selection(), cursor, limit);
        List<RecordedEvent> wanted = page.stream()
                .takeWhile(event -> !event.position().isAfter(until))
                .toList();
        if (wanted.isEmpty()) {
            return null;
        }
        cursor = wanted.get(wanted.size() - 1).position();
        left -= wanted.size();
        return BufferInternal.buffer(lines(wanted));
    }

    private ByteBuf lines(List<RecordedEvent> page) {
        ByteBuf out = Unpooled.buffer(64 * 1024);
        for (RecordedEvent event : page) {
            RecordedEvent shown = withheld ? WithheldPayload.in(event) : event;
            out.writeBytes(lines.write(shown).getBytes(StandardCharsets.UTF_8));
            out.writeByte('\n');
        }
        average = Math.max(1, out.readableBytes() / page.size());
        rows = Math.max(1, Math.min(Math.min(EventStore.MAX_READ, rows * 4), PAGE_BYTES / average));
        return out;
    }

    @Override
    public void close() {}
}
