package org.cloister.fuse.kernel;

import com.kenai.jffi.MemoryIO;
import java.nio.charset.StandardCharsets;
import org.cloister.fuse.mount.Native;
import org.jspecify.annotations.Nullable;

/**
 * The request in one worker's memory. {@link #accept} checks its whole shape; what is read afterwards lies within what was
 * received, whatever the request says of itself. For one thread.
 */
final class Request {
    /** {@code struct fuse_in_header}. */
    static final int HEADER = 40;
    /** PATH_MAX: targets of symbolic links; names are shorter. */
    private static final int MAX_STRING = 4096;

    private static final int OPCODE = 4;
    private static final int UNIQUE = 8;
    private static final int NODE = 16;
    private static final int UID = 24;
    private static final int GID = 28;
    /** {@code struct fuse_setxattr_in} where SETXATTR_EXT was agreed. */
    private static final int LONG_SETXATTR = 16;

    private static final MemoryIO MEMORY = Native.MEMORY;

    /** What {@link #accept} found. */
    enum Verdict {
        WHOLE,
        /** To be answered with ENOSYS. */
        UNKNOWN,
        /** To be answered with EINVAL. */
        MALFORMED,
        /** Shorter than any request; there is nothing to answer to. */
        NO_REQUEST
    }

    final long address;
    final int capacity;
    private final byte[] text = new byte[MAX_STRING];
    private boolean longSetxattr;
    private @Nullable Operation operation;
    private final int[] nameAt = new int[2];
    private final int[] nameLength = new int[2];
    private int tailAt;
    private int items;

    /** Reads at most {@code capacity} bytes from {@code address} on. */
    Request(long address, int capacity) {
        this.address = address;
        this.capacity = capacity;
    }

    /** Whatever is here is answered or given up: a successor must not do it again. */
    void forget() {
        MEMORY.putInt(address, 0);
    }

    /** How long the request is that a predecessor read and did not answer; 0: there is none. */
    int left() {
        return MEMORY.getInt(address);
    }

    void expectLongSetxattr(boolean agreed) {
        longSetxattr = agreed;
    }

    Verdict accept(int received) {
        operation = null;
        if (received < HEADER || received > capacity) {
            return Verdict.NO_REQUEST;
        }
        if (MEMORY.getInt(address) != received) {
            return Verdict.MALFORMED;
        }
        Operation asked = Operation.of(MEMORY.getInt(address + OPCODE));
        if (asked == null) {
            return Verdict.UNKNOWN;
        }
        operation = asked;
        return hasShapeOf(asked, received) ? Verdict.WHOLE : Verdict.MALFORMED;
    }

    private boolean hasShapeOf(Operation asked, int end) {
        int at = HEADER + (asked == Operation.SETXATTR && longSetxattr ? LONG_SETXATTR : asked.fixed);
        if (at > end) {
            return false;
        }
        for (int i = 0; i < asked.names; i++) {
            int length = lengthOfString(at, end);
            if (length < 0) {
                return false;
            }
            nameAt[i] = at;
            nameLength[i] = length;
            at += length + 1;
        }
        tailAt = at;
        return asked.countAt < 0 || hasItems(asked, end - at);
    }

    private boolean hasItems(Operation asked, int rest) {
        long count = Integer.toUnsignedLong(MEMORY.getInt(address + HEADER + asked.countAt));
        items = (int) Math.min(count, Integer.MAX_VALUE);
        return count * asked.itemSize <= rest;
    }

    /** -1: it does not end before {@code end}, or is too long. */
    private int lengthOfString(int from, int end) {
        int limit = Math.min(end - from, MAX_STRING);
        for (int i = 0; i < limit; i++) {
            if (MEMORY.getByte(address + from + i) == 0) {
                return i;
            }
        }
        return -1;
    }

    /** Of a request that is not {@link Verdict#UNKNOWN}. */
    Operation operation() {
        Operation known = operation;
        if (known == null) {
            throw new IllegalStateException("asked for the operation of no request");
        }
        return known;
    }

    boolean isUnanswered() {
        return operation != null && operation.isUnanswered();
    }

    long unique() {
        return MEMORY.getLong(address + UNIQUE);
    }

    long node() {
        return MEMORY.getLong(address + NODE);
    }

    int uid() {
        return MEMORY.getInt(address + UID);
    }

    int gid() {
        return MEMORY.getInt(address + GID);
    }

    /** A 32-bit field of the structure, by its offset there. */
    int word(int at) {
        return MEMORY.getInt(address + HEADER + at);
    }

    /** A 64-bit field of the structure. */
    long quad(int at) {
        return MEMORY.getLong(address + HEADER + at);
    }

    /** The only or first string, as the Latin-1 string of its bytes. */
    String name() {
        return string(0);
    }

    String secondName() {
        return string(1);
    }

    private String string(int index) {
        MEMORY.getByteArray(address + nameAt[index], text, 0, nameLength[index]);
        return new String(text, 0, nameLength[index], StandardCharsets.ISO_8859_1);
    }

    /** Address of what follows structure and strings: {@link #items} items. */
    long tail() {
        return address + tailAt;
    }

    int items() {
        return items;
    }
}
