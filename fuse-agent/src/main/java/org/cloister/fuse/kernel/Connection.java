package org.cloister.fuse.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection as the kernel shows it below {@code /sys/fs/fuse/connections}, where that is mounted. */
record Connection(Path control) {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final Path CONNECTIONS = Path.of("/sys/fs/fuse/connections");
    private static final Path DEVICES = Path.of("/sys/class/bdi");
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    /** Fields of a line (proc(5)). */
    private static final int DEVICE = 2;

    private static final int WHERE = 4;

    /** Null when the mount is not found: it can't be aborted then. Asks nothing of the mount itself. */
    static @Nullable Connection at(Path mountPoint) throws IOException {
        Connection last = null;
        for (String line : Files.readAllLines(MOUNTS)) {
            String[] fields = line.split(" ");
            if (fields.length > WHERE && fields[WHERE].equals(escaped(mountPoint))) {
                String device = fields[DEVICE];
                last = new Connection(CONNECTIONS.resolve(device.substring(device.indexOf(':') + 1)));
            }
        }
        return last;
    }

    /** As {@link #number} gave it. */
    static Connection numbered(long number) {
        return new Connection(CONNECTIONS.resolve(Long.toString(number)));
    }

    long number() {
        return Long.parseLong(String.valueOf(control.getFileName()));
    }

    /**
     * Lets the kernel read so far ahead of a program that reads in order (sysfs-class-bdi). The handshake can only lower it from
     * 128 KiB, of which each is a round trip; disks are read further ahead. For root alone, with anybody else it stays.
     */
    void readAhead(int kibibytes) {
        try {
            Files.writeString(DEVICES.resolve("0:" + number()).resolve("read_ahead_kb"), Integer.toString(kibibytes));
        } catch (IOException e) {
            LOG.debug("the kernel reads ahead as it does: {}", e.toString());
        }
    }

    private static String escaped(Path path) {
        return path.toString()
                .replace("\\", "\\134")
                .replace(" ", "\\040")
                .replace("\t", "\\011")
                .replace("\n", "\\012");
    }

    /** Whoever waits for an answer gets an error instead. False: it could not be done; the end of this process does it. */
    boolean abort() {
        try {
            Files.writeString(control.resolve("abort"), "1");
            return true;
        } catch (IOException e) {
            LOG.debug("cannot abort: {}", e.toString());
            return false;
        }
    }
}
