package org.cloister.repo.audit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Contents of roots, each from the report that it is there to what ended it, in columns: 65 bytes a row, so that years of thousands
 * of hosts fit. One thread writes. Readers ask as of a position that was projected when they began: what is written
 * meanwhile has later positions, and they don't see it.
 */
final class InstallationTable {
    private static final int CHUNK_BITS = 14;
    private static final int CHUNK = 1 << CHUNK_BITS;
    private static final VarHandle UNTIL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final Ending[] ENDINGS = Ending.values();

    /** Columns of some rows. */
    private static final class Chunk {
        private final int[] host = new int[CHUNK];
        private final int[] root = new int[CHUNK];
        private final int[] closure = new int[CHUNK];
        private final int[] requested = new int[CHUNK];
        private final int[] principal = new int[CHUNK];
        /** The row of the same host before this one, or -1. */
        private final int[] before = new int[CHUNK];

        private final long[] request = new long[CHUNK];
        private final long[] from = new long[CHUNK];
        private final long[] fromMicros = new long[CHUNK];
        /** 0 as long as it lasts. */
        private final long[] until = new long[CHUNK];

        private final long[] untilMicros = new long[CHUNK];
        private final byte[] ending = new byte[CHUNK];
    }

    private volatile Chunk[] chunks = new Chunk[0];
    private volatile int size;
    private final LastRows last = new LastRows();

    /**
     * A row as it was at a position.
     *
     * @param until 0 if it still lasted
     * @param ending null if it still lasted
     */
    record Row(
            int host,
            int root,
            int closure,
            int requested,
            int principal,
            long request,
            long from,
            long fromMicros,
            long until,
            long untilMicros,
            @Nullable Ending ending) {}

    /** Looks at one row. */
    @FunctionalInterface
    interface Reader {
        void take(Row row);
    }

    /** Which rows are wanted. */
    @FunctionalInterface
    interface Filter {
        boolean wants(int host, int closure);
    }

    /** A row that lasts. @return its number */
    int begin(int host, int root, int closure, int requested, int principal, long request, long position, long micros) {
        int row = size;
        int at = row & (CHUNK - 1);
        if (at == 0) {
            Chunk[] longer = Arrays.copyOf(chunks, chunks.length + 1);
            longer[chunks.length] = new Chunk();
            chunks = longer;
        }
        Chunk chunk = chunks[row >> CHUNK_BITS];
        chunk.host[at] = host;
        chunk.root[at] = root;
        chunk.closure[at] = closure;
        chunk.requested[at] = requested;
        chunk.principal[at] = principal;
        chunk.before[at] = last.get(host);
        chunk.request[at] = request;
        chunk.from[at] = position;
        chunk.fromMicros[at] = micros;
        size = row + 1;
        last.set(host, row);
        return row;
    }

    void end(int row, long position, long micros, Ending ending) {
        Chunk chunk = chunks[row >> CHUNK_BITS];
        int at = row & (CHUNK - 1);
        chunk.ending[at] = (byte) ending.ordinal();
        chunk.untilMicros[at] = micros;
        UNTIL.setRelease(chunk.until, at, position);
    }

    int size() {
        return size;
    }

    /** Rows that began at {@code asOf} or before, in the order in which they began. */
    void read(long asOf, Filter filter, Reader reader) {
        int rows = size;
        Chunk[] present = chunks;
        for (int row = 0; row < rows; row++) {
            Chunk chunk = present[row >> CHUNK_BITS];
            int at = row & (CHUNK - 1);
            if (chunk.from[at] > asOf) {
                return;
            }
            if (filter.wants(chunk.host[at], chunk.closure[at])) {
                reader.take(row(chunk, at, asOf));
            }
        }
    }

    /** Rows of one host that began at {@code asOf} or before, the last first. */
    void readHost(int host, long asOf, Reader reader) {
        int row = last.get(host);
        Chunk[] present = chunks;
        while (row >= 0) {
            Chunk chunk = present[row >> CHUNK_BITS];
            int at = row & (CHUNK - 1);
            if (chunk.from[at] <= asOf) {
                reader.take(row(chunk, at, asOf));
            }
            row = chunk.before[at];
        }
    }

    private static Row row(Chunk chunk, int at, long asOf) {
        long until = (long) UNTIL.getAcquire(chunk.until, at);
        boolean ended = until != 0 && until <= asOf;
        return new Row(
                chunk.host[at],
                chunk.root[at],
                chunk.closure[at],
                chunk.requested[at],
                chunk.principal[at],
                chunk.request[at],
                chunk.from[at],
                chunk.fromMicros[at],
                ended ? until : 0,
                ended ? chunk.untilMicros[at] : 0,
                ended ? ENDINGS[chunk.ending[at]] : null);
    }
}
