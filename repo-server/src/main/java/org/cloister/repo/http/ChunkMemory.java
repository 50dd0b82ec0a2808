package org.cloister.repo.http;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What answers in pieces may hold in memory together: one piece waits for each client, however slowly it reads, so the more answers are
 * under way the smaller are the pieces. Thread-safe, doesn't block.
 */
final class ChunkMemory {
    /** A sixth of the default heap. */
    static final int TOTAL = 128 << 20;
    /** Less isn't worth a request to a worker; 20,000 clients, which is what the descriptors last for, hold 160 MiB. */
    static final int LEAST = 8 << 10;

    private final AtomicInteger answers = new AtomicInteger();

    /** An answer begins. */
    void begun() {
        answers.incrementAndGet();
    }

    /** It is over. */
    void ended() {
        answers.decrementAndGet();
    }

    /** Bytes that the next piece of an answer may have: all that there is for a single one. */
    int piece() {
        return Math.max(LEAST, TOTAL / Math.max(1, answers.get()));
    }
}
