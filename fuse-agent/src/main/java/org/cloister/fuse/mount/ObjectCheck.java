package org.cloister.fuse.mount;

import com.kenai.jffi.MemoryIO;
import java.security.MessageDigest;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.cloister.events.Digest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether an object holds the bytes that its digest names. The first open since the start hashes it; every later one compares
 * inode, size and time of change. A damaged object is hashed each time, because it may have been repaired. For all threads.
 */
public final class ObjectCheck {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectCheck.class);
    private static final int BLOCK = 1 << 16;
    /** {@code struct statx}, the same on every architecture (statx(2)). */
    private static final int STATX = 256;

    private static final int INO = 32;
    private static final int SIZE = 40;
    private static final int CTIME = 96;
    private static final int BASIC = 0x7ff;
    private static final int EMPTY_PATH = 0x1000;
    private static final byte[] EMPTY = {0};

    private final Libc libc;
    /** Hashed since the start. */
    private final Map<Digest, Proof> proven = new ConcurrentHashMap<>();

    private final ThreadLocal<Long> statx =
            ThreadLocal.withInitial(() -> MemoryIO.getInstance().allocateMemory(STATX, true));

    private final SortedSet<Digest> damaged = new TreeSet<>();

    public ObjectCheck(Native host) {
        this.libc = host.libc();
    }

    boolean isIntact(int descriptor, Digest object, long size) {
        Proof now = proof(descriptor);
        if (now != null && now.size == size && now.equals(proven.get(object))) {
            return true;
        }
        boolean matches =
                now != null && now.size == size && hash(descriptor, size).equals(object);
        if (matches) {
            proven.put(object, now);
            repaired(object);
        } else {
            proven.remove(object);
            report(object, "does not match its digest");
        }
        return matches;
    }

    /** An object that was changed in place, or replaced, is another one. Null when the file can't be looked at. */
    private @Nullable Proof proof(int descriptor) {
        long buffer = statx.get();
        if (libc.statx(descriptor, EMPTY, EMPTY_PATH, BASIC, buffer) != 0) {
            return null;
        }
        MemoryIO memory = MemoryIO.getInstance();
        return new Proof(
                memory.getLong(buffer + INO),
                memory.getLong(buffer + SIZE),
                memory.getLong(buffer + CTIME),
                memory.getInt(buffer + CTIME + Long.BYTES));
    }

    /** What stands for content that was hashed: inode, size, time of the last change. */
    private record Proof(long inode, long size, long changedSeconds, int changedNanos) {}

    /** The next open hashes it again. */
    void doubt(Digest object) {
        proven.remove(object);
    }

    void missing(Digest object) {
        proven.remove(object);
        report(object, "is missing");
    }

    private void report(Digest object, String what) {
        synchronized (damaged) {
            if (!damaged.add(object)) {
                return;
            }
        }
        LOG.error("object {} {}: programs that open it get EIO; 'cloister verify' repairs it", object, what);
    }

    private void repaired(Digest object) {
        synchronized (damaged) {
            if (damaged.remove(object)) {
                LOG.info("object {} is whole again", object);
            }
        }
    }

    /** Objects that were found damaged or missing and not whole since. */
    public SortedSet<Digest> damaged() {
        synchronized (damaged) {
            return new TreeSet<>(damaged);
        }
    }

    private Digest hash(int descriptor, long size) {
        MessageDigest hash = Digest.sha256();
        byte[] block = new byte[(int) Math.min(BLOCK, Math.max(1, size))];
        long buffer = MemoryIO.getInstance().allocateMemory(block.length, false);
        try {
            long done = 0;
            while (done < size) {
                long count = libc.pread(descriptor, buffer, block.length, done);
                if (count <= 0) {
                    break;
                }
                MemoryIO.getInstance().getByteArray(buffer, block, 0, (int) count);
                hash.update(block, 0, (int) count);
                done += count;
            }
        } finally {
            MemoryIO.getInstance().freeMemory(buffer);
        }
        return Digest.ofHash(hash.digest());
    }
}
