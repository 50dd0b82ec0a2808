package org.cloister.fuse.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.cloister.fuse.session.SessionMemory.Piece;
import org.cloister.fuse.session.SessionMemory.Word;
import org.jspecify.annotations.Nullable;

/** One record that is replaced as a whole: whoever is killed leaves the old one or the new one. For one thread at a time. */
public final class WholeRecord {
    private static final int LENGTH = 0;
    private static final int CAPACITY = 8;
    private static final int BODY = 16;

    private final SessionMemory memory;
    private final Word where;
    private @Nullable Piece current;
    private @Nullable Piece other;

    /** Finds what a predecessor left. {@code where} is its alone. */
    public WholeRecord(SessionMemory memory, Word where) throws IOException {
        this.memory = memory;
        this.where = where;
        long offset = memory.get(where);
        if (offset != 0) {
            Piece begin = memory.at(offset, BODY);
            current = memory.at(offset, begin.word(CAPACITY));
        }
    }

    public @Nullable ByteBuffer get() {
        Piece piece = current;
        return piece == null
                ? null
                : piece.bytes().slice(BODY, (int) piece.word(LENGTH)).order(ByteOrder.nativeOrder());
    }

    /** Throws, and nothing is replaced, when there is no memory for it. */
    public void replace(ByteBuffer record) throws IOException {
        Piece next = other;
        if (next == null || next.bytes().capacity() < BODY + record.remaining()) {
            next = memory.allocate(2L * (BODY + record.remaining()));
            next.word(CAPACITY, next.bytes().capacity());
        }
        next.bytes().put(BODY, record, record.position(), record.remaining());
        next.word(LENGTH, record.remaining());
        memory.set(where, next.offset());
        other = current;
        current = next;
    }
}
