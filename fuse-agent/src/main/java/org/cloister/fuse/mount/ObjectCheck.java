package org.cloister.fuse.mount;

import com.kenai.jffi.MemoryIO;
import java.security.MessageDigest;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.cloister.events.Digest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether an object holds the bytes that its digest names. The first open since the start hashes it; the size is compared at
 * every open. A damaged object is hashed again each time it is opened, because it may have been repaired. For all threads.
 */
public final class ObjectCheck {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectCheck.class);
    private static final int BLOCK = 1 << 16;
    private static final int SEEK_END = 2;

    private final Libc libc;
    /** Proven since the start, with the size that was proven. */
    private final Map<Digest, Long> intact = new ConcurrentHashMap<>();

    private final SortedSet<Digest> damaged = new TreeSet<>();

    public ObjectCheck(Native host) {
        this.libc = host.libc();
    }

    boolean isIntact(int descriptor, Digest object, long size) {
        long actual = libc.lseek(descriptor, 0, SEEK_END);
        Long proven = intact.get(object);
        if (proven != null && proven == size && actual == size) {
            return true;
        }
        boolean matches = actual == size && hash(descriptor, size).equals(object);
        if (matches) {
            intact.put(object, size);
            repaired(object);
        } else {
            intact.remove(object);
            report(object, "does not match its digest");
        }
        return matches;
    }

    /** The next open hashes it again. */
    void doubt(Digest object) {
        intact.remove(object);
    }

    void missing(Digest object) {
        intact.remove(object);
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
