package org.cloister.fuse.mount;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The remains of a mount whose daemon was killed: everything there answers ENOTCONN until it is unmounted. */
public final class StaleMount {
    private static final Logger LOG = LoggerFactory.getLogger(StaleMount.class);
    private static final int ENOTCONN = 107;
    private static final int DETACH = 2;
    private static final int ECONNABORTED = 103;
    /** More than any {@code struct statvfs}. */
    private static final int STATVFS = 256;
    /** Mounts on top of each other that are cleaned up. */
    private static final int MAX_LAYERS = 16;

    private static final long SECONDS = 10;

    private StaleMount() {}

    /** Before mounting. Leaves a mount that answers alone. */
    public static void remove(Native host, Path mountPoint) {
        for (int layer = 0; layer < MAX_LAYERS && isDead(host, mountPoint); layer++) {
            LOG.warn("{} is left over from a daemon that died; unmounting it", mountPoint);
            if (!detach(host, mountPoint, DETACH)) {
                return;
            }
        }
    }

    /** How much space is free is always asked of the daemon; what else there is may be in the kernel's cache. */
    private static boolean isDead(Native host, Path mountPoint) {
        long buffer = Native.MEMORY.allocateMemory(STATVFS, true);
        try {
            int errno = host.libc().statvfs(Native.path(mountPoint.toString()), buffer) == 0 ? 0 : host.errno();
            return errno == ENOTCONN || errno == ECONNABORTED;
        } finally {
            Native.MEMORY.freeMemory(buffer);
        }
    }

    /** As root by system call, otherwise through fusermount. */
    public static boolean detach(Native host, Path mountPoint, int flags) {
        return host.libc().umount2(Native.path(mountPoint.toString()), flags) == 0 || fusermount(mountPoint);
    }

    private static boolean fusermount(Path mountPoint) {
        try {
            Process process = new ProcessBuilder("fusermount3", "-u", "-z", mountPoint.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            LOG.error("fusermount3 is missing: install fuse3", e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
