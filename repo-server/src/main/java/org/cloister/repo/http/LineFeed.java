package org.cloister.repo.http;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.cloister.repo.pool.StoreAwayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer in lines of JSON that a thread makes while a client reads it: the thread waits for a client that is slow, and ends when it
 * hangs up. What the thread fails with is the last line, {@code problem}.
 */
final class LineFeed implements ChunkSource {
    private static final Logger LOG = LoggerFactory.getLogger(LineFeed.class);
    private static final int WAITING = 1_024;
    private static final int CHUNK = 32 * 1024;
    private static final Buffer END = Buffer.buffer();

    private final BlockingQueue<Buffer> lines = new ArrayBlockingQueue<>(WAITING);
    private volatile boolean closed;
    private boolean ended;

    /** Makes the lines. */
    @FunctionalInterface
    interface Work {
        void run(LineFeed lines) throws IOException, InterruptedException;
    }

    private LineFeed() {}

    private record Ended(Problem problem) {}

    /** Answers with what {@code work} makes on a thread of {@code makers}, read by threads of {@code readers}. */
    static void answer(Exchange exchange, Workers makers, Workers readers, Work work) {
        LineFeed lines = new LineFeed();
        exchange.context().response().putHeader("Content-Type", "application/x-ndjson");
        makers.run(() -> {
                    lines.run(work);
                    return true;
                })
                .onFailure(lines::refused);
        ChunkPump.run(
                exchange.context().vertx().getOrCreateContext(),
                readers,
                lines,
                exchange.context().response(),
                null);
    }

    private void run(Work work) throws InterruptedException {
        try {
            work.run(this);
        } catch (CancellationException e) {
            LOG.debug("nobody reads on", e);
        } catch (RefusedException e) {
            last(new Ended(e.problem()));
        } catch (IOException | RuntimeException e) {
            last(new Ended(brokenOff(e)));
        }
        last(END);
    }

    private static Problem brokenOff(Exception failure) {
        StoreAwayException away = Failures.storeAway(failure);
        if (away != null) {
            LOG.warn("an answer broke off: {}", away.getMessage());
            return Failures.storeAway(away);
        }
        LOG.error("an answer broke off", failure);
        return new Problem(
                "urn:cloister:problem:internal-error",
                "Internal error",
                HttpStatus.INTERNAL_ERROR,
                "it broke off: " + failure.getMessage(),
                "see the repository's log; what was done stays, and doing it again is harmless");
    }

    /** There was no thread for it. On an event loop: the queue is empty. */
    private void refused(Throwable failure) {
        if (failure instanceof RefusedException refusal) {
            boolean told = lines.offer(bytes(new Ended(refusal.problem()))) && lines.offer(END);
            LOG.debug("refused, which was told: {}", told);
        } else {
            closed = true;
            boolean told = lines.offer(END);
            LOG.error("an answer broke off, which was told: {}", told, failure);
        }
    }

    /** Waits until there is room. @throws CancellationException if nobody reads any more */
    void line(Object line) {
        try {
            last(bytes(line));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
        if (closed) {
            throw new CancellationException("nobody reads any more");
        }
    }

    /** Left out where the client doesn't keep up. */
    void progress(Object line) {
        boolean taken = lines.size() < WAITING / 2 && lines.offer(bytes(line));
        LOG.trace("progress is told: {}", taken);
    }

    boolean stillWanted() {
        return !closed;
    }

    private void last(Object line) throws InterruptedException {
        last(bytes(line));
    }

    private void last(Buffer line) throws InterruptedException {
        boolean waiting = true;
        while (!closed && waiting) {
            waiting = !lines.offer(line, 1, TimeUnit.SECONDS);
        }
    }

    private static Buffer bytes(Object line) {
        return Replies.bytes(line).appendByte((byte) '\n');
    }

    @Override
    public @Nullable Buffer next(int most) throws IOException {
        if (ended) {
            return null;
        }
        try {
            Buffer chunk = Buffer.buffer();
            Buffer line = lines.take();
            while (line != null && line != END) {
                chunk.appendBuffer(line);
                line = chunk.length() < Math.min(most, CHUNK) ? lines.poll() : null;
            }
            ended = line == END;
            return chunk.length() == 0 ? null : chunk;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
