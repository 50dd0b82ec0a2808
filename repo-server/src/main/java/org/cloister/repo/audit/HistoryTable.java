package org.cloister.repo.audit;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.cloister.events.Position;

/**
 * The entries of the history in columns, by position: 40 bytes each, and 12 for each report about one. One thread writes, any may read;
 * a reader that began before an entry was added doesn't see it.
 */
final class HistoryTable {
    private static final int CHUNK_BITS = 14;
    private static final int CHUNK = 1 << CHUNK_BITS;
    private static final VarHandle ROW = MethodHandles.arrayElementVarHandle(int[].class);
    private static final int NONE = Numbering.NONE;

    /** Columns of some entries. */
    private static final class Chunk {
        private final long[] position = new long[CHUNK];
        private final int[] host = new int[CHUNK];
        private final int[] packageName = new int[CHUNK];
        private final int[] closures = new int[CHUNK];
        private final int[] principal = new int[CHUNK];
        private final long[] correlation = new long[CHUNK];
        /** The entry of the same host before this one, or {@link #NONE}. */
        private final int[] before = new int[CHUNK];
        /** The number of the last report about it, or {@link #NONE}. */
        private final int[] outcome = new int[CHUNK];
    }

    /** Columns of some reports. */
    private static final class Reports {
        private final long[] position = new long[CHUNK];
        /** The report about the same entry before this one, or {@link #NONE}. */
        private final int[] before = new int[CHUNK];
    }

    private volatile Chunk[] chunks = new Chunk[0];
    private volatile int size;
    private volatile Reports[] reports = new Reports[0];
    private final LastRows last = new LastRows();

    private int reportCount;

    /** What an entry says, in numbers; {@link Numbering#NONE} for what it doesn't have. */
    record Entry(int host, int packageName, int closures, int principal, long correlation) {}

    /** Which entries are wanted. */
    @FunctionalInterface
    interface Filter {
        boolean wants(int host, int packageName, int closures, int principal, long correlation);
    }

    /** The next entry. Its position is after those of all others. */
    void add(long position, Entry entry) {
        int row = size;
        int at = row & (CHUNK - 1);
        if (at == 0) {
            Chunk[] longer = Arrays.copyOf(chunks, chunks.length + 1);
            longer[chunks.length] = new Chunk();
            chunks = longer;
        }
        Chunk chunk = chunks[row >> CHUNK_BITS];
        chunk.position[at] = position;
        chunk.host[at] = entry.host();
        chunk.packageName[at] = entry.packageName();
        chunk.closures[at] = entry.closures();
        chunk.principal[at] = entry.principal();
        chunk.correlation[at] = entry.correlation();
        chunk.before[at] = entry.host() == NONE ? NONE : last.get(entry.host());
        chunk.outcome[at] = NONE;
        size = row + 1;
        if (entry.host() != NONE) {
            last.set(entry.host(), row);
        }
    }

    /** A report about the entry at {@code entry}; without one there, nothing. */
    void report(long entry, long position) {
        int row = lastUpTo(entry, size);
        if (row < 0 || position(row) != entry) {
            return;
        }
        int report = reportCount;
        int at = report & (CHUNK - 1);
        if (at == 0) {
            Reports[] longer = Arrays.copyOf(reports, reports.length + 1);
            longer[reports.length] = new Reports();
            reports = longer;
        }
        Chunk chunk = chunks[row >> CHUNK_BITS];
        Reports present = reports[report >> CHUNK_BITS];
        present.position[at] = position;
        present.before[at] = chunk.outcome[row & (CHUNK - 1)];
        reportCount = report + 1;
        ROW.setRelease(chunk.outcome, row & (CHUNK - 1), report);
    }

    int size() {
        return size;
    }

    /** The last row of the first {@code rows} whose position is {@code position} or less; {@link #NONE} if there is none. */
    private int lastUpTo(long position, int rows) {
        int low = 0;
        int high = rows;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (position(middle) <= position) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    private long position(int row) {
        return chunks[row >> CHUNK_BITS].position[row & (CHUNK - 1)];
    }

    /** At most {@code limit} rows that are wanted, after {@code after}, by position. */
    List<Integer> after(long after, Filter filter, int limit) {
        int rows = size;
        List<Integer> found = new ArrayList<>();
        for (int row = lastUpTo(after, rows) + 1; row < rows && found.size() < limit; row++) {
            if (wants(filter, row)) {
                found.add(row);
            }
        }
        return found;
    }

    /** At most {@code limit} rows that are wanted, before {@code before}, the newest first. */
    List<Integer> before(long before, Filter filter, int limit) {
        List<Integer> found = new ArrayList<>();
        for (int row = lastUpTo(before - 1, size); row >= 0 && found.size() < limit; row--) {
            if (wants(filter, row)) {
                found.add(row);
            }
        }
        return found;
    }

    /** The same among one host's, without a look at the others. */
    List<Integer> ofHostBefore(int host, long before, Filter filter, int limit) {
        List<Integer> found = new ArrayList<>();
        int row = last.get(host);
        while (row != NONE && found.size() < limit) {
            if (position(row) < before && wants(filter, row)) {
                found.add(row);
            }
            row = chunks[row >> CHUNK_BITS].before[row & (CHUNK - 1)];
        }
        return found;
    }

    private boolean wants(Filter filter, int row) {
        Chunk chunk = chunks[row >> CHUNK_BITS];
        int at = row & (CHUNK - 1);
        return filter.wants(
                chunk.host[at], chunk.packageName[at], chunk.closures[at], chunk.principal[at], chunk.correlation[at]);
    }

    HistoryView.Row row(int row) {
        List<Position> outcomes = new ArrayList<>();
        int report = (int) ROW.getAcquire(chunks[row >> CHUNK_BITS].outcome, row & (CHUNK - 1));
        while (report != NONE) {
            Reports some = reports[report >> CHUNK_BITS];
            outcomes.add(new Position(some.position[report & (CHUNK - 1)]));
            report = some.before[report & (CHUNK - 1)];
        }
        Collections.reverse(outcomes);
        return new HistoryView.Row(new Position(position(row)), outcomes);
    }
}
