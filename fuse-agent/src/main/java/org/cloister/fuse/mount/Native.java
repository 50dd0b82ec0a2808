package org.cloister.fuse.mount;

import com.kenai.jffi.MemoryIO;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import jnr.ffi.LibraryLoader;
import jnr.ffi.LibraryOption;
import org.cloister.events.Digest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The native libraries and raw memory. Loaded before the mount exists, because a class must never be loaded through it. */
public final class Native {
    private static final Logger LOG = LoggerFactory.getLogger(Native.class);
    public static final MemoryIO MEMORY = MemoryIO.getInstance();

    private static final int NAME_LIMIT = 4096;

    /** Do not wait for a disk (preadv2(2)). */
    private static final int NO_WAIT = 8;

    private final ThreadLocal<Long> twoNumbers =
            ThreadLocal.withInitial(() -> MEMORY.allocateMemory(2L * Long.BYTES, true));

    private final Libc libc;
    private final ContentHash.Source hashes;

    private Native(Libc libc, ContentHash.Source hashes) {
        this.libc = libc;
        this.hashes = hashes;
    }

    public static Native load() {
        Libc libc = new Libc();
        CryptoHashes crypto = CryptoHashes.load();
        if (crypto == null) {
            LOG.info("no libcrypto here: content is hashed by Java, which is slow at first");
        }
        return new Native(libc, crypto == null ? new PlatformHashes() : crypto);
    }

    /** Throws {@link UnsatisfiedLinkError} where libfuse2 isn't installed. */
    public static LowLevelFuse loadFuse() {
        return LibraryLoader.loadLibrary(
                LowLevelFuse.class, Map.of(LibraryOption.IgnoreError, Boolean.TRUE), "libfuse.so.2");
    }

    public Libc libc() {
        return libc;
    }

    ContentHash.Source hashes() {
        return hashes;
    }

    /** SHA-256 of {@code bytes}, also soon after the start. For all threads. */
    public Digest digest(byte[] bytes) {
        long copy = MEMORY.allocateMemory(Math.max(1, bytes.length), false);
        try (ContentHash hash = hashes.begin()) {
            MEMORY.putByteArray(copy, bytes, 0, bytes.length);
            hash.update(copy, bytes.length);
            return hash.digest();
        } finally {
            MEMORY.freeMemory(copy);
        }
    }

    /** Of this thread's last call. */
    public int errno() {
        return libc.errno();
    }

    /** copy_file_range(2): bytes that were copied, or -1. */
    public long copyRange(int from, long fromOffset, int to, long toOffset, long length) {
        long offsets = twoNumbers.get();
        MEMORY.putLong(offsets, fromOffset);
        MEMORY.putLong(offsets + Long.BYTES, toOffset);
        return libc.copy_file_range(from, offsets, to, offsets + Long.BYTES, length, 0);
    }

    /** As pread(2), but only what is in memory already: fewer bytes than there are, or none, where that is not. */
    public long readCached(int descriptor, long buffer, long count, long offset) {
        long vector = twoNumbers.get();
        MEMORY.putLong(vector, buffer);
        MEMORY.putLong(vector + Long.BYTES, count);
        return Math.max(0, libc.preadv2(descriptor, vector, 1, offset, NO_WAIT));
    }

    /** Bytes of a C string as a Latin-1 string, which every name can be. */
    static String name(long address) {
        byte[] bytes = MEMORY.getZeroTerminatedByteArray(address, NAME_LIMIT);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** A path of ours: UTF-8, zero-terminated. */
    public static byte[] path(String path) {
        return (path + '\0').getBytes(StandardCharsets.UTF_8);
    }
}
