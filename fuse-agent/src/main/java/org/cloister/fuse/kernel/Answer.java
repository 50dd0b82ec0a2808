package org.cloister.fuse.kernel;

import com.kenai.jffi.MemoryIO;
import java.lang.invoke.VarHandle;
import org.cloister.fuse.mount.Errno;
import org.cloister.fuse.mount.Libc;
import org.cloister.fuse.mount.Native;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.union.Stat;

/**
 * The answer that one worker builds in its memory and sends with one write. False from any of its methods: the caller was
 * interrupted or is gone, and does not have what was answered. For one thread.
 */
final class Answer {
    /** {@code struct fuse_out_header}. */
    static final int HEADER = 16;

    private static final int ERROR = 4;
    private static final int UNIQUE = 8;
    private static final int OPEN = 16;
    /** FOPEN_KEEP_CACHE and FOPEN_CACHE_DIR: whatever changes goes through the kernel or is announced to it. */
    private static final int CACHED = 1 << 1 | 1 << 3;
    /** FOPEN_PASSTHROUGH. What the kernel has cached is dropped. */
    private static final int PASSED = 1 << 7;

    private static final MemoryIO MEMORY = Native.MEMORY;

    private final Libc libc;
    private final int device;
    private final long address;
    private final int capacity;
    private final long whole;
    private long unique;

    /** {@code capacity} of the body, behind a header at {@code address}. The word at {@code whole} is 1 while there is an answer to send. */
    Answer(Libc libc, int device, long address, int capacity, long whole) {
        this.libc = libc;
        this.device = device;
        this.capacity = capacity;
        this.address = address;
        this.whole = whole;
    }

    /** Sends what a predecessor had ready. It may have been sent: then the kernel knows nothing of the request any more. */
    void sendAgain() {
        libc.write(device, address, MEMORY.getInt(address));
    }

    void to(long request) {
        unique = request;
    }

    /** Where the body is built. */
    long body() {
        return address + HEADER;
    }

    int capacity() {
        return capacity;
    }

    boolean send(int length) {
        return send(length, 0);
    }

    private boolean send(int length, int error) {
        MEMORY.putInt(address, HEADER + length);
        MEMORY.putInt(address + ERROR, error);
        MEMORY.putLong(address + UNIQUE, unique);
        VarHandle.releaseFence();
        MEMORY.putLong(whole, 1);
        return libc.write(device, address, HEADER + length) >= 0;
    }

    boolean errno(int errno) {
        return send(0, -errno);
    }

    boolean status(Status status) {
        return errno(Errno.of(status));
    }

    boolean entry(Stat stat, long blocks) {
        return send(EntryLayout.entry(body(), stat, blocks));
    }

    /** "There is no such name", to be remembered by the kernel. */
    boolean missing() {
        return send(EntryLayout.missing(body()));
    }

    boolean attributes(Stat stat, long blocks) {
        return send(EntryLayout.attributes(body(), stat, blocks));
    }

    /** {@code backing}: as {@link PassedFiles#open} gave it. */
    boolean opened(int backing) {
        return send(open(body(), backing));
    }

    boolean created(Stat stat, long blocks, int backing) {
        int entry = EntryLayout.entry(body(), stat, blocks);
        return send(entry + open(body() + entry, backing));
    }

    /** {@code struct fuse_open_out}. Files are known by their node alone; the handle says how one was opened. */
    private static int open(long at, int backing) {
        MEMORY.putLong(at, backing);
        MEMORY.putInt(at + Long.BYTES, backing == 0 ? CACHED : PASSED);
        MEMORY.putInt(at + Long.BYTES + Integer.BYTES, backing);
        return OPEN;
    }

    /** One 64-bit number, or 32 bits and padding. */
    boolean number(long number) {
        MEMORY.putLong(body(), number);
        return send(Long.BYTES);
    }
}
