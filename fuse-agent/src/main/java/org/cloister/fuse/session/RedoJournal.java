package org.cloister.fuse.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.cloister.fuse.session.SessionMemory.Piece;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes of one root that are nowhere else yet. Records that were appended count, all of them at once, from
 * {@link #publish} on: who is killed before has changed nothing. Each group of records has a number, counted up from 1 as long
 * as the session lives. Safe for several threads; appending and publishing is one thread's at a time.
 */
public final class RedoJournal {
    private static final Logger LOG = LoggerFactory.getLogger(RedoJournal.class);
    /** Fields of the head. */
    private static final int PUBLISHED = 0;

    private static final int DROPPED = 8;
    /** Length, padding, and the number of its group go before a record. */
    private static final int PREFIX = 16;

    private static final int ALIGNMENT = 8;

    private final Journals journals;
    private final int slot;
    private final Piece head;
    private final int at;
    private final List<Piece> inherited;
    /** The oldest first; the last is appended to. */
    private final Deque<Piece> chunks = new ArrayDeque<>();

    private final Deque<Long> lastOf = new ArrayDeque<>();
    private @Nullable Piece standing;
    private @Nullable Piece nextStanding;
    private boolean full;

    RedoJournal(Journals journals, int slot, Piece head, int at, List<Piece> inherited) {
        this.journals = journals;
        this.slot = slot;
        this.head = head;
        this.at = at;
        this.inherited = inherited;
        leaveOutUnpublished();
    }

    /** Numbers of groups are given again, and what was never published must not count then. */
    private void leaveOutUnpublished() {
        long newest = published();
        for (Piece chunk : List.copyOf(inherited)) {
            if (chunk.word(Journals.KIND) == Journals.STANDING) {
                if (chunk.word(Journals.FIRST) > newest) {
                    inherited.remove(chunk);
                    journals.giveBack(chunk);
                }
                continue;
            }
            int end = (int) chunk.word(Journals.USED);
            int from = Journals.BODY;
            while (from < end && chunk.bytes().getLong(from + ALIGNMENT) <= newest) {
                from += PREFIX + chunk.bytes().getInt(from) + ALIGNMENT - 1 & -ALIGNMENT;
            }
            chunk.word(Journals.USED, Math.min(from, end));
        }
    }

    public int slot() {
        return slot;
    }

    /** The number of the newest group that counts. */
    public long published() {
        return head.word(at + PUBLISHED);
    }

    private long dropped() {
        return head.word(at + DROPPED);
    }

    /**
     * Without memory for it the record is lost, which is in the log: a successor would not know of it, until what stands
     * behind it is kept elsewhere.
     */
    public synchronized void append(ByteBuffer record) {
        int needed = PREFIX + record.remaining();
        Piece chunk = chunks.peekLast();
        long next = published() + 1;
        if (chunk == null || chunk.word(Journals.USED) + needed > chunk.bytes().capacity()) {
            chunk = chunk(Journals.RECORDS, next, needed);
            if (chunk == null) {
                return;
            }
            chunks.addLast(chunk);
            lastOf.addLast(next);
        }
        int used = (int) chunk.word(Journals.USED);
        write(chunk, used, record, next);
        lastOf.removeLast();
        lastOf.addLast(next);
        chunk.word(Journals.USED, used + (needed + ALIGNMENT - 1 & -ALIGNMENT));
    }

    private static void write(Piece chunk, int used, ByteBuffer record, long group) {
        ByteBuffer bytes = chunk.bytes();
        bytes.putInt(used, record.remaining());
        bytes.putLong(used + ALIGNMENT, group);
        bytes.put(used + PREFIX, record, record.position(), record.remaining());
    }

    private @Nullable Piece chunk(long kind, long first, int size) {
        try {
            Piece chunk = journals.take(slot, kind, first, size);
            full = false;
            return chunk;
        } catch (IOException e) {
            if (!full) {
                LOG.error(
                        "no memory for what a successor must know: after a crash the newest changes are lost: {}",
                        e.getMessage());
            }
            full = true;
            return null;
        }
    }

    /** Takes the place of what stood before, together with what is appended; it stays when groups are dropped. */
    public synchronized void stand(ByteBuffer record) {
        long next = published() + 1;
        Piece chunk = chunk(Journals.STANDING, next, PREFIX + record.remaining());
        if (chunk != null) {
            write(chunk, Journals.BODY, record, next);
            chunk.word(Journals.USED, Journals.BODY + PREFIX + record.remaining());
            nextStanding = chunk;
        }
    }

    /** What was appended since the last time counts from now on. */
    public synchronized void publish() {
        head.word(at + PUBLISHED, published() + 1);
        if (nextStanding != null) {
            if (standing != null) {
                journals.giveBack(standing);
            }
            standing = nextStanding;
            nextStanding = null;
        }
    }

    /** Groups up to {@code group} are kept elsewhere. */
    public synchronized void drop(long group) {
        head.word(at + DROPPED, Math.max(group, dropped()));
        while (!chunks.isEmpty() && lastOf.getFirst() <= group) {
            journals.giveBack(chunks.removeFirst());
            lastOf.removeFirst();
        }
    }

    /** Gives what a predecessor published and did not drop, in its order. */
    public synchronized void replay(Journals.Reader reader) {
        long newest = published();
        long oldest = dropped();
        for (Piece chunk : inherited) {
            if (chunk.word(Journals.KIND) != Journals.RECORDS) {
                continue;
            }
            int end = (int) chunk.word(Journals.USED);
            for (int from = Journals.BODY; from < end; ) {
                int length = chunk.bytes().getInt(from);
                long group = chunk.bytes().getLong(from + ALIGNMENT);
                if (group > oldest && group <= newest) {
                    reader.read(slice(chunk, from, length));
                }
                from += PREFIX + length + ALIGNMENT - 1 & -ALIGNMENT;
            }
        }
    }

    private static ByteBuffer slice(Piece chunk, int from, int length) {
        return chunk.bytes().slice(from + PREFIX, length).order(ByteOrder.nativeOrder());
    }

    /** What a predecessor let stand. */
    public synchronized @Nullable ByteBuffer standing() {
        Piece newest = null;
        for (Piece chunk : inherited) {
            if (chunk.word(Journals.KIND) == Journals.STANDING && chunk.word(Journals.FIRST) <= published()) {
                newest = chunk;
            }
        }
        return newest == null
                ? null
                : slice(newest, Journals.BODY, newest.bytes().getInt(Journals.BODY));
    }

    /** All that a predecessor left has been taken over and was published again, or is kept elsewhere. */
    public synchronized void forgetInherited() {
        inherited.forEach(journals::giveBack);
        inherited.clear();
    }
}
