package org.cloister.fuse.state;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Consumer;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.tree.Journal;
import org.cloister.fuse.tree.SavedNode;
import org.cloister.fuse.tree.SavedTree;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.tree.UpperNode;
import org.cloister.fuse.union.BackingFailure;
import org.cloister.fuse.union.Writable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One root's writable layer in SQLite. Changes are gathered in memory and written in groups, each one transaction and so
 * one consistent state: after kill -9 the newest group counts. A client's fsync writes the group at once and forces it to
 * the disk, for all clients that wait together. Content of deleted files goes only when the deletion is on the disk.
 */
final class WritableTable implements Writable {
    private static final Logger LOG = LoggerFactory.getLogger(WritableTable.class);
    /** Changes that may wait in memory: a fraction of a second of the fastest untar. */
    private static final int MAX_PENDING = 100_000;

    private final TableFile file;
    private final Path data;
    private final StampedLock lock;
    private final Consumer<UpperNode> reclaim;
    private final Pending pending;
    private final SavedTree saved;
    private final Object committing = new Object();

    private final List<LayerId> layers;
    private volatile long durable;
    /** Taken, and not written because the disk refused. */
    private final Deque<Pending.Batch> backlog = new ArrayDeque<>();

    private final List<UpperNode> deleted = new ArrayList<>();
    private boolean closed;

    WritableTable(
            TableFile file, Path data, StampedLock lock, Consumer<UpperNode> reclaim, Consumer<WritableTable> dirty)
            throws SQLException {
        this.file = file;
        this.data = data;
        this.lock = lock;
        this.reclaim = reclaim;
        this.pending = new Pending(() -> dirty.accept(this));
        SavedTree rows = file.load();
        this.saved = new SavedTree(rows.nodes().stream().map(this::measured).toList(), rows.names(), rows.lastId());
        this.layers = file.layers();
        file.endRead();
    }

    @Override
    public SavedTree saved() {
        return saved;
    }

    @Override
    public List<LayerId> layers() {
        return layers;
    }

    @Override
    public void standsOver(List<LayerId> newer) {
        pending.standsOver(newer);
    }

    @Override
    public Journal journal() {
        return pending;
    }

    @Override
    public void admit() {
        if (pending.size() > MAX_PENDING) {
            try {
                commit();
            } catch (BackingFailure e) {
                LOG.warn("{}: cannot write now: {}", data.getParent(), e.getMessage());
            }
        }
    }

    /** Writes what was heard so far; survives the end of this process, not yet that of the machine. */
    void commit() throws BackingFailure {
        synchronized (committing) {
            write();
        }
    }

    private void write() throws BackingFailure {
        if (closed || (pending.size() == 0 && backlog.isEmpty())) {
            return;
        }
        long stamp = lock.readLock();
        try {
            backlog.add(pending.take());
        } finally {
            lock.unlockRead(stamp);
        }
        try {
            for (Pending.Batch next = backlog.peek(); next != null; next = backlog.peek()) {
                write(next);
                backlog.remove();
            }
        } catch (SQLException | IOException e) {
            throw new BackingFailure(Status.NO_SPACE, "cannot write the table of " + data.getParent() + ": " + e);
        }
    }

    private void write(Pending.Batch batch) throws SQLException, IOException {
        for (UpperNode node : batch.copied()) {
            force(data.resolve(Long.toString(node.id())));
        }
        file.write(batch);
        deleted.addAll(batch.removed());
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.force(false);
        } catch (NoSuchFileException e) {
            LOG.debug("deleted before it was forced: {}", path);
        }
    }

    @Override
    public void sync() throws BackingFailure {
        long wanted = pending.heard();
        if (durable >= wanted) {
            return;
        }
        List<UpperNode> gone;
        synchronized (committing) {
            if (durable >= wanted) {
                return;
            }
            long upTo = pending.heard();
            write();
            try {
                file.force();
            } catch (IOException e) {
                throw new BackingFailure(Status.DAMAGED, "cannot force the table of " + data.getParent() + ": " + e);
            }
            durable = upTo;
            gone = new ArrayList<>(deleted);
            deleted.clear();
        }
        gone.forEach(reclaim);
    }

    @Override
    public void close() {
        try {
            sync();
        } catch (BackingFailure e) {
            LOG.error("what was written last may be lost: {}", e.getMessage());
        }
        synchronized (committing) {
            closed = true;
            file.close();
        }
    }

    /** The backing file knows its size best: bytes may have been written after the last commit. */
    private SavedNode measured(SavedNode node) {
        if (!node.ownContent()) {
            return node;
        }
        File content = data.resolve(Long.toString(node.id())).toFile();
        return node.withSize(content.length());
    }
}
