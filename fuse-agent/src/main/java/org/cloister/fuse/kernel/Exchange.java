package org.cloister.fuse.kernel;

import java.util.function.BooleanSupplier;
import org.cloister.fuse.mount.Libc;
import org.cloister.fuse.mount.Native;
import org.cloister.fuse.session.WorkerMemory;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.union.BackingFailure;
import org.cloister.fuse.union.Stat;
import org.cloister.fuse.union.UnionContent;

/**
 * One worker's memory: the request that it serves and the answer that it gives. Used again for every request. It lies in session
 * memory, so that a successor can go on with a request at any point.
 */
final class Exchange {
    final Request request;
    final Answer answer;
    final Stat stat = new Stat();
    final Stat other = new Stat();
    /** A header and {@code fuse_write_in} go before the data of a request. */
    private static final int OVERHEAD = 4096;

    /** Of one request or answer. */
    private static final int CAPACITY = Negotiation.largestData() + OVERHEAD;
    /** That one worker needs. */
    static final int MEMORY = 2 * CAPACITY + Answer.HEADER;

    /** {@code MADV_REMOVE}: pages, and what is behind them. */
    private static final int REMOVE = 9;

    private final Libc libc;
    private final WorkerMemory hands;
    private final Lookups lookups;
    private final UnionContent content;
    private BooleanSupplier isAsked = () -> false;
    private Runnable beforeWaiting = () -> {};
    /** To be run before this thread waits for a disk: others read only if there is something to be read, because to wake them takes as long. */
    final Runnable mayWait = this::mayWait;

    Exchange(Libc libc, int device, WorkerMemory hands, Lookups lookups, UnionContent content) {
        this.libc = libc;
        this.hands = hands;
        this.content = content;
        this.lookups = lookups;
        long address = Native.MEMORY.getDirectBufferAddress(hands.bytes());
        long body = address + hands.body();
        request = new Request(body, CAPACITY);
        answer = new Answer(libc, device, body + CAPACITY, CAPACITY, address + WorkerMemory.ANSWERED);
        stat.receipt = (slot, group, node) -> hands.making(request.unique(), slot, group, node);
    }

    /** Before the next request is read. */
    void expect() {
        request.forget();
        hands.answered(false);
    }

    /** After {@link #expect}: nothing is read or answered until memory has been taken again. */
    void rest() {
        hands.giveBack();
        long memory = Native.MEMORY.getDirectBufferAddress(hands.bytes());
        libc.madvise(memory + hands.body(), hands.bytes().capacity() - hands.body(), REMOVE);
    }

    boolean isAnswered() {
        return hands.isAnswered();
    }

    /** A predecessor made the change that the request asks for, and had not answered. */
    boolean wasMade() {
        return hands.wasMade(request.unique());
    }

    /** Where that change led to. */
    long made() {
        return hands.node();
    }

    /** {@code asked}: whether requests wait to be read. {@code before}: makes another thread read them. */
    void beforeWaiting(BooleanSupplier asked, Runnable before) {
        isAsked = asked;
        beforeWaiting = before;
    }

    /** To be called before this thread waits, for longer than a disk takes or for another thread: requests are read by another one. */
    void willWait() {
        beforeWaiting.run();
    }

    private void mayWait() {
        if (isAsked.getAsBoolean()) {
            willWait();
        }
    }

    /** Blocks that the file of {@link #stat} takes: as many as its size says, unless it has holes. */
    private long blocks() {
        if (!stat.sparse) {
            return EntryLayout.blocks(stat.size);
        }
        try {
            return content.blocks(stat.node);
        } catch (BackingFailure failure) {
            return EntryLayout.blocks(stat.size);
        }
    }

    /** Attributes of {@link #stat}, or why there are none. */
    void attributes(Status status) {
        if (status == Status.OK) {
            answer.attributes(stat, blocks());
        } else {
            answer.status(status);
        }
    }

    /** The node of {@link #stat}, which the kernel knows once more from now on; or why there is none. */
    void entry(Status status) {
        if (status != Status.OK) {
            answer.status(status);
            return;
        }
        lookups.add(stat.node);
        if (!answer.entry(stat, blocks())) {
            lookups.forget(stat.node, 1);
        }
    }

    /** As {@link #entry}, and opened as {@code passed} says. */
    void created(Status status, PassedFiles passed) {
        if (status != Status.OK) {
            answer.status(status);
            return;
        }
        long node = stat.node;
        lookups.add(node);
        int backing = passed.open(node);
        if (!answer.created(stat, blocks(), backing)) {
            lookups.forget(node, 1);
            passed.close(node, backing);
        }
    }
}
