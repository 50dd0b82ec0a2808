package org.cloister.fuse.mount;

import com.kenai.jffi.MemoryIO;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.cloister.events.Digest;
import org.cloister.fuse.integrity.DamageLog;
import org.cloister.fuse.integrity.Finding;
import org.cloister.fuse.integrity.Throttle;
import org.jspecify.annotations.Nullable;

/**
 * Whether an object holds the bytes that its digest names. The first open since the start hashes it; every later one compares
 * inode, size and time of change. What was found damaged is not hashed again until one of them changes or somebody
 * {@linkplain #look looks}. For all threads.
 */
public final class ObjectCheck {
    private static final int BLOCK = 1 << 17;
    /** What O_DIRECT asks of an address, on every disk that there is. */
    private static final int ALIGNMENT = 4096;
    /** {@code struct statx}, the same on every architecture (statx(2)). */
    private static final int STATX = 256;

    private static final int INO = 32;
    private static final int SIZE = 40;
    private static final int CTIME = 96;
    private static final int BASIC = 0x7ff;
    private static final int EMPTY_PATH = 0x1000;
    /** AT_FDCWD: the path is absolute. */
    private static final int NO_DIRECTORY = -100;

    private static final byte[] EMPTY = {0};

    private final Libc libc;
    private final ContentHash.Source hashes;
    private final DamageLog damage;
    /** Hashed since the start, and right. */
    private final Map<Digest, Proof> proven = new ConcurrentHashMap<>();
    /** Hashed since the start, and wrong. */
    private final Map<Digest, Proof> refuted = new ConcurrentHashMap<>();

    private final ThreadLocal<Long> statx =
            ThreadLocal.withInitial(() -> MemoryIO.getInstance().allocateMemory(STATX, true));

    public ObjectCheck(Native host, DamageLog damage) {
        this.libc = host.libc();
        this.hashes = host.hashes();
        this.damage = damage;
    }

    /** What stands for content that was hashed: inode, size, time of the last change. Shared by all who opened it since. */
    static final class Proof {
        final long size;
        private final long inode;
        private final long changedSeconds;
        private final int changedNanos;
        private volatile boolean withdrawn;

        private Proof(long inode, long size, long changedSeconds, int changedNanos) {
            this.inode = inode;
            this.size = size;
            this.changedSeconds = changedSeconds;
            this.changedNanos = changedNanos;
        }

        private boolean isOf(Proof other) {
            return inode == other.inode
                    && size == other.size
                    && changedSeconds == other.changedSeconds
                    && changedNanos == other.changedNanos;
        }
    }

    /** @param proof null: damaged, or {@code replaced} by another file while it was looked at */
    record Verdict(@Nullable Proof proof, boolean replaced) {
        private static final Verdict DAMAGED = new Verdict(null, false);
        private static final Verdict REPLACED = new Verdict(null, true);
    }

    /** Of the object that is open as {@code descriptor} and was at {@code path} when it was opened. */
    Verdict verdict(int descriptor, byte[] path, Digest object, long size) {
        Proof now = proof(descriptor, EMPTY);
        Proof known = proven.get(object);
        if (now != null && known != null && known.isOf(now)) {
            return known.size == size ? new Verdict(known, false) : Verdict.DAMAGED;
        }
        Proof refused = refuted.get(object);
        if (now != null && refused != null && refused.isOf(now)) {
            damage.found(object, size, Finding.DIFFERENT);
            return Verdict.DAMAGED;
        }
        try {
            return judge(now, finding(descriptor, now, object, size, Throttle.NONE), path, object, size);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Verdict.DAMAGED;
        }
    }

    /** As {@link #verdict}, whatever is known. */
    Verdict look(int descriptor, byte[] path, Digest object, long size, Throttle throttle) throws InterruptedException {
        Proof now = proof(descriptor, EMPTY);
        return judge(now, finding(descriptor, now, object, size, throttle), path, object, size);
    }

    private Verdict judge(@Nullable Proof now, @Nullable Finding finding, byte[] path, Digest object, long size) {
        if (finding == null && now != null) {
            Proof proof = proven.merge(object, now, (old, fresh) -> old.isOf(fresh) ? old : fresh);
            refuted.remove(object);
            damage.whole(object);
            return new Verdict(proof, false);
        }
        Proof there = proof(NO_DIRECTORY, path);
        if (now != null && there != null && !there.isOf(now)) {
            return Verdict.REPLACED;
        }
        if (now != null) {
            refuted.put(object, now);
        }
        withdraw(object);
        damage.found(object, size, finding == null ? Finding.UNREADABLE : finding);
        return Verdict.DAMAGED;
    }

    /** Nothing that was or will be read through descriptors that are open counts any more. */
    private void withdraw(Digest object) {
        Proof proof = proven.remove(object);
        if (proof != null) {
            proof.withdrawn = true;
        }
    }

    void missing(Digest object, long size) {
        withdraw(object);
        damage.found(object, size, Finding.MISSING);
    }

    void unreadable(Digest object, long size) {
        withdraw(object);
        damage.found(object, size, Finding.UNREADABLE);
    }

    /** Whether the file that is open as {@code descriptor} is still what {@code proof} stands for. */
    boolean holds(Proof proof, int descriptor) {
        if (proof.withdrawn) {
            return false;
        }
        Proof now = proof(descriptor, EMPTY);
        return now != null && proof.isOf(now) && !proof.withdrawn;
    }

    /** Null when the file can't be looked at. */
    private @Nullable Proof proof(int directory, byte[] path) {
        long buffer = statx.get();
        if (libc.statx(directory, path, path == EMPTY ? EMPTY_PATH : 0, BASIC, buffer) != 0) {
            return null;
        }
        MemoryIO memory = MemoryIO.getInstance();
        return new Proof(
                memory.getLong(buffer + INO),
                memory.getLong(buffer + SIZE),
                memory.getLong(buffer + CTIME),
                memory.getInt(buffer + CTIME + Long.BYTES));
    }

    private @Nullable Finding finding(int descriptor, @Nullable Proof now, Digest object, long size, Throttle throttle)
            throws InterruptedException {
        if (now == null) {
            return Finding.UNREADABLE;
        }
        if (now.size != size) {
            return Finding.WRONG_SIZE;
        }
        Digest hash = hash(descriptor, size, throttle);
        return hash == null ? Finding.UNREADABLE : hash.equals(object) ? null : Finding.DIFFERENT;
    }

    /** Null: it could not be read to its end. */
    private @Nullable Digest hash(int descriptor, long size, Throttle throttle) throws InterruptedException {
        int block = (int) Math.min(BLOCK, (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
        long memory = MemoryIO.getInstance().allocateMemory(block + ALIGNMENT, false);
        try (ContentHash hash = hashes.begin()) {
            long buffer = (memory + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            long done = 0;
            while (done < size) {
                long began = System.nanoTime();
                long count = libc.pread(descriptor, buffer, block, done);
                if (count <= 0) {
                    return null;
                }
                hash.update(buffer, (int) count);
                done += count;
                throttle.read(count, System.nanoTime() - began);
            }
            return hash.digest();
        } finally {
            MemoryIO.getInstance().freeMemory(memory);
        }
    }
}
