package org.cloister.fuse.state;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens tables several at a time: SQLite waits for the disk more than it computes. Called by one thread at a time. */
final class TableFiles {
    private static final Logger LOG = LoggerFactory.getLogger(TableFiles.class);
    /** One waits for the disk while another computes. */
    private static final int MAX_OPENERS = 2;

    private final Map<Path, Future<TableFile>> expected = new HashMap<>();

    /** Each of {@code directories} is to be opened or dropped afterwards. */
    void expect(List<Path> directories) {
        if (directories.size() < 2) {
            return;
        }
        AtomicInteger number = new AtomicInteger();
        ExecutorService openers = Executors.newFixedThreadPool(MAX_OPENERS, task -> {
            Thread thread = new Thread(task, "table-opener-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        for (Path directory : directories) {
            expected.computeIfAbsent(directory, one -> openers.submit(() -> new TableFile(one)));
        }
        openers.shutdown();
    }

    TableFile open(Path directory) throws SQLException, IOException {
        Future<TableFile> opening = expected.remove(directory);
        if (opening == null) {
            return new TableFile(directory);
        }
        try {
            return opening.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + directory + " was opened", e);
        } catch (ExecutionException e) {
            throw new SQLException(
                    e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
        }
    }

    /** Nobody will open it. */
    void drop(Path directory) throws IOException {
        if (expected.containsKey(directory)) {
            try {
                open(directory).close();
            } catch (SQLException e) {
                LOG.debug("{} is dropped, and could not be read: {}", directory, e.getMessage());
            }
        }
    }
}
