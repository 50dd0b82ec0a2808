package org.cloister.fuse.kernel;

import java.io.IOException;
import org.cloister.fuse.mount.Libc;
import org.cloister.fuse.mount.Native;
import org.cloister.fuse.session.KnownNodes;
import org.cloister.fuse.session.SessionMemory;
import org.cloister.fuse.union.BackingFailure;
import org.cloister.fuse.union.Observed;
import org.cloister.fuse.union.UnionContent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which files the kernel reads and writes without us (FOPEN_PASSTHROUGH, Linux 6.9): those that a program wrote, while everybody
 * who has one open has it that way. Shipped files are not among them, because nobody would vouch for what is read, nor is
 * what a write must take privileges from. The kernel refuses a file that is open both ways at once, so each open is counted, in session
 * memory: a successor goes on counting. An open whose daemon is killed before it answers may be counted twice; then the file
 * stays as it was opened until the unmount. For all threads.
 */
final class PassedFiles {
    private static final Logger LOG = LoggerFactory.getLogger(PassedFiles.class);
    /** {@code FUSE_DEV_IOC_BACKING_OPEN} and {@code _CLOSE}. */
    private static final long REGISTER = 0x4010E501L;

    private static final long UNREGISTER = 0x4004E502L;
    private static final int STRIPES = 64;
    /** Tables behind those of {@link Lookups}. */
    private static final int FIRST_TABLE = 16;

    private final boolean possible;
    private final Libc libc;
    private final int device;
    private final UnionContent content;
    /** Opens of a file that the kernel caches, and of one that it passes on. */
    private final KnownNodes cached;

    private final KnownNodes passed;
    /** Of each file that is passed on: the kernel's name of its backing file, and the time of change that we know of. */
    private final KnownNodes backings;

    private final KnownNodes changes;
    private final long argument = Native.MEMORY.allocateMemory(2L * Long.BYTES, true);
    private final Object[] settling = new Object[STRIPES];
    private volatile boolean any;

    /** {@code possible}: it was agreed on. {@code device}: any descriptor of the connection. */
    PassedFiles(boolean possible, Native host, int device, UnionContent content, SessionMemory memory)
            throws IOException {
        this.possible = possible;
        this.libc = host.libc();
        this.device = device;
        this.content = content;
        this.cached = new KnownNodes(memory, FIRST_TABLE);
        this.passed = new KnownNodes(memory, FIRST_TABLE + 1);
        this.backings = new KnownNodes(memory, FIRST_TABLE + 2);
        this.changes = new KnownNodes(memory, FIRST_TABLE + 3);
        this.any = passed.size() > 0;
        for (int i = 0; i < STRIPES; i++) {
            settling[i] = new Object();
        }
    }

    boolean isPassed(long node) {
        if (!any) {
            return false;
        }
        synchronized (this) {
            return passed.get(node) > 0;
        }
    }

    /** How the kernel may open {@code node}: the name of its backing file, or 0 for its cache. Ends with {@link #close}. */
    int open(long node) {
        if (!possible) {
            return 0;
        }
        int descriptor = content.isPassable(node) ? borrow(node) : -1;
        if (descriptor < 0) {
            return opened(node, -1, 0);
        }
        try {
            return opened(node, descriptor, content.observed(descriptor).changed());
        } catch (BackingFailure failure) {
            return opened(node, -1, 0);
        } finally {
            content.release(node, descriptor);
        }
    }

    private int borrow(long node) {
        try {
            return content.borrow(node, false);
        } catch (BackingFailure failure) {
            return -1;
        }
    }

    /** Waits for no disk. */
    private synchronized int opened(long node, int descriptor, long changed) {
        if (passed.get(node) == 0) {
            int backing = cached.get(node) > 0 || descriptor < 0 ? 0 : register(node, descriptor);
            if (backing == 0) {
                cached.add(node, 1);
                return 0;
            }
            set(backings, node, backing);
            set(changes, node, changed);
        }
        passed.add(node, 1);
        any = true;
        return (int) backings.get(node);
    }

    /** A predecessor that was killed may have left something. */
    private static void set(KnownNodes table, long node, long value) {
        table.add(node, Long.MIN_VALUE);
        table.add(node, value);
    }

    private int register(long node, int descriptor) {
        Native.MEMORY.putLong(argument, descriptor);
        Native.MEMORY.putLong(argument + Long.BYTES, 0);
        int backing = libc.ioctl(device, REGISTER, argument);
        if (backing <= 0) {
            LOG.debug("node {} can't be passed on", node);
            return 0;
        }
        return backing;
    }

    /** {@code backing} as {@link #open} gave it. */
    void close(long node, long backing) {
        if (!possible) {
            return;
        }
        if (backing != 0) {
            settle(node);
        }
        synchronized (this) {
            if (backing == 0) {
                cached.add(node, -1);
            } else if (passed.add(node, -1) <= 0) {
                backings.add(node, Long.MIN_VALUE);
                changes.add(node, Long.MIN_VALUE);
                Native.MEMORY.putLong(argument, backing);
                libc.ioctl(device, UNREGISTER, argument);
                any = passed.size() > 0;
            }
        }
    }

    /** True when something was written past us since the last time: it is recorded now. */
    boolean settle(long node) {
        if (!isPassed(node)) {
            return false;
        }
        synchronized (settling[(int) (node % STRIPES)]) {
            int descriptor = borrow(node);
            if (descriptor < 0) {
                return false;
            }
            try {
                Observed now = content.observed(descriptor);
                if (!isNews(node, now.changed())) {
                    return false;
                }
                content.overwritten(node, now);
                return true;
            } catch (BackingFailure failure) {
                return false;
            } finally {
                content.release(node, descriptor);
            }
        }
    }

    private synchronized boolean isNews(long node, long changed) {
        long known = changes.get(node);
        if (known == changed || passed.get(node) == 0) {
            return false;
        }
        set(changes, node, changed);
        return true;
    }
}
