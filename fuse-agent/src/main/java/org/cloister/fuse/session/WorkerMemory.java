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

    private static final int IN_USE = 40;

    private final SessionMemory memory;
    private final Piece piece;
    private final long made;

    private WorkerMemory(SessionMemory memory, Piece piece, IntToLongFunction published) {
        this.memory = memory;
        this.piece = piece;
        boolean counts = piece.word(GROUP) <= published.applyAsLong((int) piece.word(SLOT));
        this.made = counts ? piece.word(UNIQUE) : 0;
    }

    /**
     * Memory of {@code workers} workers, and after them of {@code spare} ones that have it only between {@link #take} and {@link #giveBack};
     * {@code size} bytes for each. That of a predecessor if there is one. {@code published} says up to which group the changes of a slot counted
     * when the predecessor ended.
     */
    public static List<WorkerMemory> of(
            SessionMemory memory, IntToLongFunction published, int workers, int spare, int size) throws IOException {
        if (memory.get(Word.WORKERS_AT) == 0) {
            make(memory, workers, spare, whole(size));
        }
        long offset = memory.get(Word.WORKERS_AT);
        int each = (int) memory.get(Word.WORKER_SIZE);
        List<WorkerMemory> all = new ArrayList<>();
        for (int i = 0; i < memory.get(Word.WORKERS); i++) {
            Piece piece = memory.at(offset + (long) i * each, each);
            if (i < workers) {
                piece.bytes().load();
            }
            all.add(new WorkerMemory(memory, piece, published));
        }
        return all;
    }

    private static void make(SessionMemory memory, int workers, int spare, int each) throws IOException {
        int count = workers + spare;
        long offset = memory.reserve((long) count * each);
        for (int i = 0; i < count; i++) {
            memory.fill(offset + (long) i * each, i < workers ? each : SessionMemory.PAGE);
        }
        memory.set(Word.WORKERS, count);
        memory.set(Word.WORKER_SIZE, each);
        memory.set(Word.WORKERS_AT, offset);
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

    /** There is memory behind {@link #body}, and there may be a request in it. Of a spare worker, as what follows. */
    public boolean isTaken() {
        return piece.word(IN_USE) != 0;
    }

    /** Throws, and nothing is taken, when there is no memory. */
    public void take() throws IOException {
        memory.fill(piece.offset() + SessionMemory.PAGE, piece.bytes().capacity() - SessionMemory.PAGE);
        piece.word(IN_USE, 1);
    }

    /** Nothing is in hand. The memory behind {@link #body} may be freed now, and is not used before {@link #take}. */
    public void giveBack() {
        piece.word(IN_USE, 0);
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
