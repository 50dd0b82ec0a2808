package org.cloister.repo.mirror;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A synchronization that runs, as lines of JSON ({@code SyncLine} in openapi.yaml): read by one thread, which may come and go.
 * Steps that nobody reads in time are left out; the last line never is. Closing it early ends the synchronization.
 */
public final class SyncLines implements SyncListener, AutoCloseable {
    private static final int WAITING_LINES = 64;
    private static final int GATEWAY = 502;
    private static final int UNPROCESSABLE = 422;
    private static final String END = "";

    private final ObjectMapper json = new ObjectMapper();
    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(WAITING_LINES);
    private volatile boolean closed;
    private volatile boolean cancelled;
    private boolean ended;

    SyncLines() {}

    @Override
    public void progress(SyncProgress progress) {
        boolean taken = lines.offer(write(progress));
        if (!taken && progress.message() != null) {
            last(write(progress));
        }
    }

    @Override
    public boolean stillWanted() {
        return !closed && !cancelled;
    }

    /** Ends the synchronization; its reader is told. */
    void cancel() {
        cancelled = true;
    }

    void end(SyncResult result) {
        last(write(lineOf(result)));
        last(END);
    }

    /** Our own disk or log failed. */
    void end(Throwable failure) {
        SyncResult.Failed failed = new SyncResult.Failed(
                "internal", "the synchronization broke off: " + failure.getMessage(), "see the repository's log");
        end(failed);
    }

    private static Map<String, Object> lineOf(SyncResult result) {
        if (result instanceof SyncResult.Synchronized good) {
            return Map.of(
                    "done", true,
                    "published", good.published().size(),
                    "closure", good.closure(),
                    "position", good.position());
        }
        if (result instanceof SyncResult.Indexed good) {
            return Map.of(
                    "done", true,
                    "listed", good.listed(),
                    "withdrawn", good.withdrawn(),
                    "total", good.total(),
                    "published", good.published().size(),
                    "position", good.position());
        }
        SyncResult.Failed failed = (SyncResult.Failed) result;
        boolean request = failed.rule().equals("unsatisfiable") || failed.rule().equals("malformed-request");
        return Map.of(
                "problem",
                Map.of(
                        "type",
                        "urn:cloister:problem:" + failed.rule(),
                        "title",
                        "The mirror was not synchronized",
                        "status",
                        request ? UNPROCESSABLE : GATEWAY,
                        "detail",
                        failed.detail(),
                        "remedy",
                        failed.remedy()));
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a progress line can't be written", e);
        }
    }

    /** Waits for its reader, unless that is gone. */
    private void last(String line) {
        try {
            boolean waiting = true;
            while (!closed && waiting) {
                waiting = !lines.offer(line, 1, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The next line without a line end, waiting for it; null after the last one. */
    public @Nullable String next() throws IOException {
        if (ended) {
            return null;
        }
        try {
            String line = lines.take();
            ended = line.equals(END);
            return ended ? null : line;
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
