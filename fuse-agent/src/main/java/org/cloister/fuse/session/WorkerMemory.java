package org.cloister.fuse.session;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.cloister.fuse.session.SessionMemory.Piece;
import org.cloister.fuse.session.SessionMemory.Word;

/**
 * What one worker has in its hands: the request that it read, whether its change has been made, and the answer. A successor
 * finds it as it was when the worker was killed. For one worker.
 */
public final class WorkerMemory {
    /** Fields of the first page. */
    private static final int UNIQUE = 0;

    private static final int SLOT = 8;
    private static final int GROUP = 16;
    private static final int NODE = 24;
    /** Where the answer is whole and only has to be sent. */
    public static final int ANSWERED = 32;

    private final Piece piece;
    private final long made;

    private WorkerMemory(Piece piece, IntToLongFunction published) {
        this.piece = piece;
        boolean counts = piece.word(GROUP) <= published.applyAsLong((int) piece.word(SLOT));
        this.made = counts ? piece.word(UNIQUE) : 0;
    }

    /**
     * Memory of {@code workers} workers, {@code size} bytes for each; that of a predecessor if there is one, as much as it was.
     * {@code published} says up to which group the changes of a slot counted when the predecessor ended.
     */
    public static List<WorkerMemory> of(SessionMemory memory, IntToLongFunction published, int workers, int size)
            throws IOException {
        long offset = memory.get(Word.WORKERS_AT);
        int count = offset == 0 ? workers : (int) memory.get(Word.WORKERS);
        int each = offset == 0 ? whole(size) : (int) memory.get(Word.WORKER_SIZE);
        if (offset == 0) {
            offset = memory.allocate((long) count * each).offset();
            memory.set(Word.WORKERS, count);
            memory.set(Word.WORKER_SIZE, each);
            memory.set(Word.WORKERS_AT, offset);
        }
        List<WorkerMemory> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Piece piece = memory.at(offset + (long) i * each, each);
            piece.bytes().load();
            all.add(new WorkerMemory(piece, published));
        }
        return all;
    }

    private static int whole(int size) {
        return (SessionMemory.PAGE + size + SessionMemory.PAGE - 1) / SessionMemory.PAGE * SessionMemory.PAGE;
    }

    /** All of it; the worker's own bytes begin at {@link #body}. */
    public MappedByteBuffer bytes() {
        return piece.bytes();
    }

    public int body() {
        return SessionMemory.PAGE;
    }

    /** The change that {@code request} asked for is about to be published as {@code group} of {@code slot}; it led to {@code node}. */
    public void making(long request, int slot, long group, long node) {
        piece.word(UNIQUE, 0);
        piece.word(SLOT, slot);
        piece.word(GROUP, group);
        piece.word(NODE, node);
        piece.word(UNIQUE, request);
    }

    /** A predecessor made the change that {@code request} asked for. */
    public boolean wasMade(long request) {
        return request == made;
    }

    /** Where the change led to. */
    public long node() {
        return piece.word(NODE);
    }

    public boolean isAnswered() {
        return piece.word(ANSWERED) != 0;
    }

    public void answered(boolean answered) {
        piece.word(ANSWERED, answered ? 1 : 0);
    }
}
