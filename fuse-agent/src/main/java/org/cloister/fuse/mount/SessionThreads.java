package org.cloister.fuse.mount;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that read requests from the kernel and answer them. They are Java's own: a thread that libfuse makes would have to
 * attach itself to the virtual machine at every request.
 */
final class SessionThreads {
    private static final Logger LOG = LoggerFactory.getLogger(SessionThreads.class);
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    private static final long STACK = 1 << 20;

    private final LowLevelFuse fuse;
    private final long session;
    private final long channel;
    private final List<Thread> threads = new ArrayList<>();

    SessionThreads(LowLevelFuse fuse, long session, long channel) {
        this.fuse = fuse;
        this.session = session;
        this.channel = channel;
    }

    void start(int count) {
        for (int i = 0; i < count; i++) {
            Thread thread = new Thread(null, this::serve, "fuse-" + i, STACK);
            threads.add(thread);
            thread.start();
        }
    }

    private void serve() {
        long size = fuse.fuse_chan_bufsize(channel);
        long buffer = Native.MEMORY.allocateMemory(size, true);
        long pointer = Native.MEMORY.allocateMemory(Long.BYTES, true);
        try {
            int received = 0;
            while (fuse.fuse_session_exited(session) == 0) {
                Native.MEMORY.putAddress(pointer, channel);
                received = fuse.fuse_chan_recv(pointer, buffer, size);
                if (received > 0) {
                    fuse.fuse_session_process(session, buffer, received, Native.MEMORY.getAddress(pointer));
                } else if (received != -EINTR && received != -EAGAIN) {
                    break;
                }
            }
            LOG.debug("session thread ends, last result {}", received);
        } finally {
            Native.MEMORY.freeMemory(buffer);
            Native.MEMORY.freeMemory(pointer);
        }
    }

    /** True when the mount is gone and every request was answered; false after {@code millis}. */
    boolean join(long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        for (Thread thread : threads) {
            thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
        }
        return threads.stream().noneMatch(Thread::isAlive);
    }
}
