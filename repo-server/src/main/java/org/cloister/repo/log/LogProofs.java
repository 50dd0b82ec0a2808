package org.cloister.repo.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.log.Checkpoint;
import org.cloister.events.log.NoteKey;
import org.cloister.events.log.TimeStamp;
import org.cloister.events.sign.SignedRoot;
import org.cloister.repo.postgres.PostgresDatabase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What anybody may ask of the log to check it: the signed checkpoint, proofs, and tiles (C2SP tlog-tiles). Signs new heads on its own
 * about once a second. Thread-safe; every method may block on the database and throws {@link java.io.UncheckedIOException}
 * if that failed.
 */
public final class LogProofs implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogProofs.class);
    /** The longest time that a new event is covered by no signature. */
    private static final long SIGN_EVERY_MILLIS = 1_000;

    private final EventStore store;
    private final MerkleLog log;
    private final Tiles tiles;
    private final CheckpointSigner signer;
    private final ScheduledExecutorService signing = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "checkpoint-signer");
        thread.setDaemon(true);
        return thread;
    });

    private LogProofs(EventStore store, Tiles tiles, MerkleLog log, CheckpointSigner signer) {
        this.store = store;
        this.tiles = tiles;
        this.log = log;
        this.signer = signer;
    }

    /**
     * @param directory holds the key and the last checkpoint
     * @param origin names the log for ever; used on the first call only
     */
    public static LogProofs open(PostgresDatabase database, EventStore store, Path directory, String origin)
            throws IOException {
        LogKey key = LogKey.open(directory, origin);
        Tiles tiles = new CachedTiles(
                new PostgresTiles(pooled(database)), () -> store.head().value());
        MerkleLog log = new MerkleLog(tiles);
        CheckpointSigner signer =
                new CheckpointSigner(key, log, new SignedCheckpoints(database, key.note(), directory));
        LogProofs proofs = new LogProofs(store, tiles, log, signer);
        ScheduledFuture<?> unused = proofs.signing.scheduleWithFixedDelay(
                proofs::signQuietly, SIGN_EVERY_MILLIS, SIGN_EVERY_MILLIS, TimeUnit.MILLISECONDS);
        return proofs;
    }

    private static PostgresTiles.Lender pooled(PostgresDatabase database) {
        return new PostgresTiles.Lender() {
            @Override
            public Connection borrow() throws SQLException {
                return database.dataSource().getConnection();
            }

            @Override
            public void giveBack(Connection connection) throws SQLException {
                connection.close();
            }
        };
    }

    private void signQuietly() {
        try {
            signedCheckpoint();
        } catch (LogDamagedException e) {
            LOG.error("nothing is signed any more", e);
            signing.shutdown();
        } catch (RuntimeException e) {
            LOG.warn("no checkpoint was signed; trying again", e);
        }
    }

    /** The public half of the key that signs. */
    public NoteKey key() {
        return signer.key();
    }

    /**
     * The root with a signature by the log's key beside those of its root keys: who believed that key before there was a root sees that it is
     * the same repository's.
     */
    public SignedRoot introduced(SignedRoot root) {
        return signer.introduced(root);
    }

    /** The signed note of a {@link TimeStamp} of everything that is durable now. @throws LogDamagedException as {@link #signedCheckpoint} does */
    public String signedTimeStamp(Instant now, int trustRoot) {
        return signer.stamp(this::latest, now, trustRoot);
    }

    /**
     * The signed note of everything that is durable now.
     *
     * @throws LogDamagedException if the log isn't what was signed before
     */
    public String signedCheckpoint() {
        return signer.sign(this::latest).note();
    }

    /** What was signed last, whatever the log is now. */
    public Optional<Checkpoint> lastSigned() {
        return signer.last();
    }

    /** @throws IOException if the log is shorter than what was signed, with what to do */
    public void requireWhole() throws IOException {
        RestoredLog.requireWhole(lastSigned(), new Position(latest()));
    }

    /** Whether the log has {@code size} events, whichever process appended them. */
    public boolean has(long size) {
        return size <= store.head().value() || size <= latest();
    }

    /** What another process signed or served is never beyond this. */
    private long latest() {
        try {
            return store.latest().toCompletableFuture().join().value();
        } catch (CompletionException e) {
            throw new UncheckedIOException(new IOException("the log's end can't be asked for", e));
        }
    }

    /** The root of the first {@code size} events. */
    public byte[] root(long size) {
        requireSize(size);
        return log.root(size);
    }

    /** The hash of the leaf that stands for the event at {@code position}. */
    public byte[] leafHash(Position position) {
        requireSize(position.value());
        return tiles.hashes(0, position.value() - 1, 1).get(0);
    }

    /**
     * Proof that the event at {@code position}, leaf number {@code position - 1}, is among the first {@code size}.
     *
     * @throws IllegalArgumentException unless 1 ≤ position ≤ size ≤ head
     */
    public List<byte[]> inclusion(Position position, long size) {
        requireSize(size);
        return log.inclusion(position.value() - 1, size);
    }

    /**
     * Proof that the first {@code from} events are unchanged among the first {@code to}.
     *
     * @throws IllegalArgumentException unless 0 ≤ from ≤ to ≤ head
     */
    public List<byte[]> consistency(long from, long to) {
        requireSize(to);
        return log.consistency(from, to);
    }

    /** The hashes of a tile, {@code 32 * width} bytes; empty if the log has no such tile yet. */
    public Optional<byte[]> tile(int level, long index, int width) {
        if (level < 0 || level > 7 || !exists(level, index, width)) {
            return Optional.empty();
        }
        ByteBuffer tile = ByteBuffer.allocate(32 * width);
        tiles.hashes(level, index * Tiles.WIDTH, width).forEach(tile::put);
        return Optional.of(tile.array());
    }

    /** The leaf data of a level 0 tile's entries, each after its length in two bytes (tlog-tiles' entry bundle). */
    public Optional<byte[]> entries(long index, int width) {
        if (!exists(0, index, width)) {
            return Optional.empty();
        }
        ByteArrayOutputStream bundle = new ByteArrayOutputStream();
        Position after = new Position(index * Tiles.WIDTH);
        Position end = new Position(after.value() + width);
        while (end.isAfter(after)) {
            List<RecordedEvent> page = store.readAll(after, (int) (end.value() - after.value()));
            for (RecordedEvent event : page) {
                byte[] data = event.leafData();
                bundle.write(data.length >> 8);
                bundle.write(data.length);
                bundle.writeBytes(data);
            }
            after = page.get(page.size() - 1).position();
        }
        return Optional.of(bundle.toByteArray());
    }

    private boolean exists(int level, long index, int width) {
        return exists(level, index, width, store.head().value()) || exists(level, index, width, latest());
    }

    private static boolean exists(int level, long index, int width, long size) {
        long onLevel = size >> level * MerkleFrontier.TILE_HEIGHT;
        return index >= 0
                && width >= 1
                && width <= Tiles.WIDTH
                && index <= onLevel / Tiles.WIDTH
                && index * Tiles.WIDTH + width <= onLevel;
    }

    private void requireSize(long size) {
        if (size < 0 || !has(size)) {
            throw new IllegalArgumentException("the log has " + store.head() + " events, not " + size);
        }
    }

    @Override
    public void close() {
        signing.shutdown();
    }
}
