package org.cloister.fuse.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.cloister.events.RootName;
import org.cloister.events.layer.StoreLayout;
import org.cloister.fuse.session.Journals;
import org.cloister.fuse.session.RedoJournal;
import org.cloister.fuse.tree.SavedNode;
import org.cloister.fuse.tree.UpperNode;
import org.cloister.fuse.union.BackingFailure;
import org.cloister.fuse.union.Writable;
import org.cloister.fuse.union.WritableStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All roots' tables, and the one thread that writes them when no client asks for it. */
public final class WritableTables implements WritableStore {
    private static final Logger LOG = LoggerFactory.getLogger(WritableTables.class);
    /** What kill -9 of the daemon can cost, at most, where no client asked for fsync. */
    private static final long COMMIT_MILLIS = 100;
    /** What a power failure can cost, as with ext4's default commit interval. */
    private static final long SYNC_MILLIS = 5_000;
    /** How often a full disk is looked at. */
    private static final long FULL_MILLIS = 1_000;

    private final Path state;
    private final TableFiles files = new TableFiles();
    private final @Nullable Journals journals;
    private final Set<WritableTable> dirty = new LinkedHashSet<>();
    private final Set<WritableTable> unsynced = new LinkedHashSet<>();
    private final Set<WritableTable> open = ConcurrentHashMap.newKeySet();
    private final Reserve reserve;
    private final HostRoom hostRoom;
    private final Object makingRoom = new Object();

    /** Nobody succeeds this process. */
    public WritableTables(Path state) {
        this(state, null);
    }

    /** What was answered for and is not written yet is in {@code journals}. */
    public WritableTables(Path state, @Nullable Journals journals) {
        this.state = state;
        this.journals = journals;
        this.reserve = new Reserve(state.resolve(StoreLayout.FUSE_RESERVE));
        this.hostRoom = HostRoom.at(state);
        reserve.take();
        Thread writer = new Thread(this::write, "table-writer");
        writer.setDaemon(true);
        writer.start();
    }

    @Override
    public void expect(List<RootName> roots) {
        files.expect(roots.stream()
                .map(root -> state.resolve(StoreLayout.writable(root)))
                .toList());
    }

    @Override
    public Writable open(RootName root, int slot, StampedLock lock, Consumer<UpperNode> reclaim) throws IOException {
        Path directory = state.resolve(StoreLayout.writable(root));
        try {
            Path data = directory.resolve("data");
            RedoJournal journal = journals == null ? null : journals.of(slot);
            WritableTable table = new WritableTable(
                    files.open(directory), data, lock, reclaim, this::mark, reserve, hostRoom, this::makeRoom, journal);
            deleteOrphans(data, table);
            open.removeIf(WritableTable::isClosed);
            open.add(table);
            return table;
        } catch (SQLException e) {
            throw new IOException("the writable layer in " + directory + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Content that was made or given up right before the daemon died. */
    private static void deleteOrphans(Path data, WritableTable table) throws IOException {
        if (!Files.isDirectory(data)) {
            return;
        }
        Set<String> used = new LinkedHashSet<>();
        for (SavedNode node : table.saved().nodes()) {
            if (node.ownContent()) {
                used.add(Long.toString(node.id()));
            }
        }
        try (Stream<Path> files = Files.list(data)) {
            for (Path file : files.toList()) {
                if (!used.contains(String.valueOf(file.getFileName()))) {
                    Files.delete(file);
                }
            }
        }
    }

    @Override
    public void delete(RootName root) throws IOException {
        Path directory = state.resolve(StoreLayout.writable(root));
        files.drop(directory);
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }

    /** What was unlinked is deleted now, not at the next sync. True: something may be added. */
    private boolean makeRoom() {
        synchronized (makingRoom) {
            for (WritableTable table : open) {
                try {
                    table.sync();
                } catch (BackingFailure e) {
                    LOG.debug("{}", e.getMessage());
                }
            }
            return reserve.take() && !hostRoom.isStillUsedUp();
        }
    }

    private void mark(WritableTable table) {
        synchronized (dirty) {
            if (dirty.add(table)) {
                dirty.notifyAll();
            }
        }
    }

    private void write() {
        long lastSync = System.nanoTime();
        try {
            while (true) {
                List<WritableTable> tables = next();
                unsynced.addAll(tables);
                tables.forEach(this::commit);
                boolean room = reserve.isHeld() || reserve.take();
                if (!room || System.nanoTime() - lastSync > SYNC_MILLIS * 1_000_000) {
                    unsynced.removeIf(WritableTables::sync);
                    lastSync = System.nanoTime();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until something changed, and then a little for more; or until it is time to sync. */
    private List<WritableTable> next() throws InterruptedException {
        synchronized (dirty) {
            if (dirty.isEmpty()) {
                dirty.wait(!reserve.isHeld() ? FULL_MILLIS : unsynced.isEmpty() ? 0 : SYNC_MILLIS);
            }
        }
        Thread.sleep(COMMIT_MILLIS);
        synchronized (dirty) {
            List<WritableTable> tables = new ArrayList<>(dirty);
            dirty.clear();
            return tables;
        }
    }

    private void commit(WritableTable table) {
        try {
            table.commit();
        } catch (BackingFailure e) {
            LOG.error("{}", e.getMessage());
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("a table was not written, and will be", e);
        }
    }

    /** False: it is to be tried again. */
    private static boolean sync(WritableTable table) {
        try {
            table.sync();
            return true;
        } catch (BackingFailure e) {
            LOG.error("{}", e.getMessage());
            return false;
        } catch (RuntimeException | OutOfMemoryError e) {
            LOG.error("a table was not synced, and will be", e);
            return false;
        }
    }
}
