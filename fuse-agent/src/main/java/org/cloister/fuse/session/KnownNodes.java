package org.cloister.fuse.session;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.util.function.LongPredicate;
import org.cloister.fuse.session.SessionMemory.Piece;
import org.cloister.fuse.session.SessionMemory.Word;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts, or other numbers from 1 on, by number in session memory, without an object for each. Open addressing with backward-shift deletion; 0 is no key. A
 * process that is killed in the middle of a change leaves no count lower than it was. For one thread at a time.
 */
public final class KnownNodes {
    private static final Logger LOG = LoggerFactory.getLogger(KnownNodes.class);
    private static final int ENTRY = 2 * Long.BYTES;
    private static final int COUNT = Long.BYTES;
    private static final int FIRST_CAPACITY = SessionMemory.PAGE / ENTRY;
    /** The capacity of a table stands before its entries. */
    private static final int BODY = SessionMemory.PAGE;

    private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

    private final SessionMemory memory;
    private final int stripe;
    private MappedByteBuffer table;
    private int capacity;
    private int size;

    /** Takes over what a predecessor counted in {@code stripe}, of {@link Word#KNOWN_AT}. */
    public KnownNodes(SessionMemory memory, int stripe) throws IOException {
        this.memory = memory;
        this.stripe = stripe;
        long old = memory.get(Word.KNOWN_AT, stripe);
        if (old == 0) {
            Piece made = made(FIRST_CAPACITY);
            table = made.bytes();
            capacity = FIRST_CAPACITY;
            memory.set(Word.KNOWN_AT, stripe, made.offset());
        } else {
            capacity = (int) memory.at(old, SessionMemory.PAGE).word(0);
            table = memory.at(old, BODY + (long) capacity * ENTRY).bytes();
            copy(table, capacity);
        }
    }

    private Piece made(int entries) throws IOException {
        Piece piece = memory.allocate(BODY + (long) entries * ENTRY);
        piece.word(0, entries);
        return piece;
    }

    /** A number may stand twice where a process was killed while it moved it. */
    private void copy(MappedByteBuffer from, int entries) throws IOException {
        int used = 0;
        for (int i = 0; i < entries; i++) {
            used += from.getLong(BODY + i * ENTRY) == 0 ? 0 : 1;
        }
        int wanted = FIRST_CAPACITY;
        while (wanted < used * 2 + 2) {
            wanted *= 2;
        }
        Piece made = made(wanted);
        table = made.bytes();
        capacity = wanted;
        size = 0;
        for (int i = 0; i < entries; i++) {
            long key = from.getLong(BODY + i * ENTRY);
            long count = from.getLong(BODY + i * ENTRY + COUNT);
            if (key != 0 && count > 0) {
                int at = find(key);
                size += key(at) == 0 ? 1 : 0;
                put(at, key, Math.max(count, count(at)));
            }
        }
        memory.set(Word.KNOWN_AT, stripe, made.offset());
    }

    private long key(int index) {
        return table.getLong(BODY + index * ENTRY);
    }

    private long count(int index) {
        return table.getLong(BODY + index * ENTRY + COUNT);
    }

    private void put(int index, long key, long count) {
        table.putLong(BODY + index * ENTRY + COUNT, count);
        table.putLong(BODY + index * ENTRY, key);
    }

    public long get(long key) {
        return count(find(key));
    }

    public int size() {
        return size;
    }

    public boolean anyKey(LongPredicate wanted) {
        for (int i = 0; i < capacity; i++) {
            if (key(i) != 0 && wanted.test(key(i))) {
                return true;
            }
        }
        return false;
    }

    /** Gives the new count; a count of zero or less is forgotten. */
    public long add(long key, long difference) {
        int i = find(key);
        boolean known = key(i) != 0;
        long count = (known ? count(i) : 0) + difference;
        if (count <= 0) {
            if (known) {
                remove(i);
            }
            return count;
        }
        put(i, key, count);
        size += known ? 0 : 1;
        if (size * 2 >= capacity) {
            grow();
        }
        return count;
    }

    /** Where {@code key} is or would be. */
    private int find(long key) {
        int mask = capacity - 1;
        int i = slot(key, mask);
        while (key(i) != 0 && key(i) != key) {
            i = (i + 1) & mask;
        }
        return i;
    }

    private void remove(int hole) {
        int mask = capacity - 1;
        int i = hole;
        size--;
        for (int next = (i + 1) & mask; key(next) != 0; next = (next + 1) & mask) {
            int home = slot(key(next), mask);
            if (((next - home) & mask) >= ((next - i) & mask)) {
                put(i, key(next), count(next));
                i = next;
            }
        }
        table.putLong(BODY + i * ENTRY, 0);
        table.putLong(BODY + i * ENTRY + COUNT, 0);
    }

    /** Without memory the table gets fuller, and slower, until there is some. */
    private void grow() {
        if (size + 1 < capacity && (long) capacity * 2 * ENTRY > Integer.MAX_VALUE - BODY) {
            return;
        }
        try {
            copy(table, capacity);
        } catch (IOException e) {
            if (size + 1 >= capacity) {
                throw new IllegalStateException("no memory to count what the kernel knows", e);
            }
            LOG.warn("no memory to count what the kernel knows: {}", e.getMessage());
        }
    }

    private static int slot(long key, int mask) {
        long hash = key * MULTIPLIER;
        return (int) (hash >>> 40) & mask;
    }
}
