package org.cloister.fuse.kernel;

import com.kenai.jffi.MemoryIO;
import org.cloister.fuse.mount.Libc;
import org.cloister.fuse.mount.Native;

/** What the kernel is told unasked: notifications have no request and a code in place of the error. For all threads. */
final class Notices {
    private static final int INVAL_INODE = 2;
    private static final int INVAL_ENTRY = 3;
    private static final int INODE = 24;
    private static final int ENTRY = 16;
    private static final int CAPACITY = 4096;
    private static final MemoryIO MEMORY = Native.MEMORY;

    private final Libc libc;
    private final int device;
    private final long address = MEMORY.allocateMemory(CAPACITY, true);

    Notices(Libc libc, int device) {
        this.libc = libc;
        this.device = device;
    }

    /** The name is looked up anew when it is next used. Nothing happens where the kernel doesn't know it. */
    synchronized void forgetName(long directory, String name) {
        long body = address + Answer.HEADER;
        MEMORY.putLong(body, directory);
        MEMORY.putInt(body + 8, name.length());
        MEMORY.putInt(body + 12, 0);
        for (int i = 0; i < name.length(); i++) {
            MEMORY.putByte(body + ENTRY + i, (byte) name.charAt(i));
        }
        MEMORY.putByte(body + ENTRY + name.length(), (byte) 0);
        send(INVAL_ENTRY, ENTRY + name.length() + 1);
    }

    /** Attributes and content are asked for anew. */
    synchronized void forgetNode(long node) {
        long body = address + Answer.HEADER;
        MEMORY.putLong(body, node);
        MEMORY.putLong(body + 8, 0);
        MEMORY.putLong(body + 16, 0);
        send(INVAL_INODE, INODE);
    }

    private void send(int code, int length) {
        MEMORY.putInt(address, Answer.HEADER + length);
        MEMORY.putInt(address + 4, code);
        MEMORY.putLong(address + 8, 0);
        libc.write(device, address, Answer.HEADER + length);
    }
}
