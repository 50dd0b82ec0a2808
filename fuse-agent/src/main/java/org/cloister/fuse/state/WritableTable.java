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
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.session.RedoJournal;
import org.cloister.fuse.tree.Journal;
import org.cloister.fuse.tree.SavedNode;
import org.cloister.fuse.tree.SavedTree;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.tree.UpperNode;
import org.cloister.fuse.union.BackingFailure;
import org.cloister.fuse.union.Receipt;
import org.cloister.fuse.union.Writable;
import org.jspecify.annotations.Nullable;
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
    /** Groups that the disk refused, and that wait for it: seconds of work. */
    private static final int MAX_BACKLOG = 64;

    private final TableFile file;
    private final Path data;
    private final StampedLock lock;
    private final Consumer<UpperNode> reclaim;
    private final Reserve reserve;
    private final HostRoom hostRoom;
    private final BooleanSupplier room;
    private final Pending pending;
    private final SavedTree saved;
    private final Object committing = new Object();

    private final List<LayerId> layers;
    private volatile long durable;
    /** Taken, and not written because the disk refused. */
    private final Deque<Pending.Taken> backlog = new ArrayDeque<>();

    private final @Nullable Redo redo;
    /** Of a predecessor: the group up to which it had published. */
    private final long inherited;

    private volatile int backlogged;

    private final List<UpperNode> deleted = new ArrayList<>();
    private boolean closed;
    /** Why the last group was not written. */
    private volatile Status refused = Status.OK;

    /** {@code room}: gives the room of all tables' unlinked files back to the disk. */
    WritableTable(
            TableFile file,
            Path data,
            StampedLock lock,
            Consumer<UpperNode> reclaim,
            Consumer<WritableTable> dirty,
            Reserve reserve,
            HostRoom hostRoom,
            BooleanSupplier room,
            @Nullable RedoJournal journal)
            throws SQLException, IOException {
        this.file = file;
        this.reserve = reserve;
        this.hostRoom = hostRoom;
        this.room = room;
        this.data = data;
        this.lock = lock;
        this.reclaim = reclaim;
        this.redo = journal == null ? null : new Redo(journal);
        this.inherited = journal == null ? 0 : journal.published();
        this.pending = new Pending(() -> dirty.accept(this), redo);
        Replay replay = journal == null ? null : Replay.of(journal);
        if (replay != null && !replay.batch().isEmpty()) {
            write(replay.batch());
            file.force();
        }
        this.saved = saved(file.load(), replay);
        this.layers = file.layers();
        file.endRead();
    }

    private SavedTree saved(SavedTree rows, @Nullable Replay replay) {
        List<SavedNode> nodes = new ArrayList<>(rows.nodes());
        if (replay != null) {
            nodes.addAll(replay.unlinked());
        }
        return new SavedTree(
                nodes.stream().map(this::measured).toList(),
                rows.names(),
                nodes.stream().mapToLong(SavedNode::id).reduce(rows.lastId(), Math::max),
                replay == null ? rows.numbering() : replay.numbering());
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
    public void made(Receipt receipt, long node) {
        pending.made(receipt, node);
    }

    @Override
    public void tookOver() {
        pending.made(Receipt.NONE, 0);
        if (redo != null) {
            redo.tookOver(inherited);
        }
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
        while (!backlog.isEmpty()) {
            try {
                writeBacklog();
            } catch (SQLException | IOException e) {
                if (!Refusal.maybeFull(e) || !reserve.spend()) {
                    throw refused(e);
                }
            }
        }
        refused = Status.OK;
    }

    private BackingFailure refused(Exception e) {
        refused = Refusal.status(e, reserve.isDiskFull());
        backlogged = backlog.size();
        return new BackingFailure(refused, "cannot write the table of " + data.getParent() + ": " + e);
    }

    private void writeBacklog() throws SQLException, IOException {
        for (Pending.Taken next = backlog.peek(); next != null; next = backlog.peek()) {
            write(next.batch());
            deleted.addAll(next.removed());
            backlog.remove();
            drop(next.group());
        }
    }

    private void write(Batch batch) throws SQLException, IOException {
        for (Long id : batch.copied()) {
            force(data.resolve(Long.toString(id)));
        }
        file.write(batch);
    }

    private void drop(long group) {
        if (redo != null) {
            redo.drop(group);
        }
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.force(false);
        } catch (NoSuchFileException e) {
            LOG.debug("deleted before it was forced: {}", path);
        }
    }

    @Override
    public Status mayGrow() {
        Status why = refused;
        if (why != Status.OK && why != Status.NO_SPACE && backlogged < MAX_BACKLOG && pending.size() < MAX_PENDING) {
            return Status.OK;
        }
        return why == Status.OK && (!reserve.isHeld() || hostRoom.isUsedUp()) ? Status.NO_SPACE : why;
    }

    @Override
    public boolean makeRoom() {
        return room.getAsBoolean();
    }

    @Override
    public void sync() throws BackingFailure {
        long wanted = pending.heard();
        if (durable >= wanted) {
            return;
        }
        synchronized (committing) {
            if (durable >= wanted) {
                return;
            }
            long upTo = pending.heard();
            write();
            try {
                file.force();
            } catch (IOException e) {
                throw new BackingFailure(
                        Refusal.status(e, reserve.isDiskFull()),
                        "cannot force the table of " + data.getParent() + ": " + e);
            }
            List<UpperNode> gone = new ArrayList<>(deleted);
            deleted.clear();
            gone.forEach(reclaim);
            durable = upTo;
        }
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

    boolean isClosed() {
        synchronized (committing) {
            return closed;
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
