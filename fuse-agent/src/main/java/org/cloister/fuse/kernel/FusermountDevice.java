package org.cloister.fuse.kernel;

import com.kenai.jffi.MemoryIO;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.cloister.fuse.mount.Libc;
import org.cloister.fuse.mount.Mount.Audience;
import org.cloister.fuse.mount.Native;

/**
 * By fusermount3(1), for everybody: it mounts and passes the descriptor through the Unix socket whose number is in
 * {@code _FUSE_COMMFD}. A child of Java's inherits no descriptor but the first three, so the socket is its standard input.
 */
final class FusermountDevice implements Device {
    private static final int UNIX = 1;
    private static final int STREAM = 1;
    private static final int CLOSE_ON_EXEC = 02000000;
    private static final int STANDARD_INPUT = 0;
    private static final long SECONDS = 10;
    /** {@code struct msghdr}, one byte of data, {@code struct iovec}, and a control message with one descriptor. */
    private static final int MESSAGE = 56;

    private static final int CONTROL = 24;
    private static final int DESCRIPTOR_IN_CONTROL = 16;
    private static final int MEMORY_SIZE = 256;
    private static final MemoryIO MEMORY = Native.MEMORY;

    @Override
    public int mount(Native host, Path mountPoint, Audience audience) throws IOException {
        long memory = MEMORY.allocateMemory(MEMORY_SIZE, true);
        try {
            if (host.libc().socketpair(UNIX, STREAM | CLOSE_ON_EXEC, 0, memory) != 0) {
                throw new IOException("no socket pair (errno " + host.errno() + ")");
            }
            int ours = MEMORY.getInt(memory);
            int theirs = MEMORY.getInt(memory + Integer.BYTES);
            try {
                run(host, mountPoint, audience, theirs);
                return receive(host, ours, memory, mountPoint);
            } finally {
                host.libc().close(ours);
            }
        } finally {
            MEMORY.freeMemory(memory);
        }
    }

    /** Closes {@code socket}. */
    private static void run(Native host, Path mountPoint, Audience audience, int socket) throws IOException {
        Libc libc = host.libc();
        int input = libc.dup(STANDARD_INPUT);
        libc.dup3(socket, STANDARD_INPUT, 0);
        libc.close(socket);
        Process process;
        try {
            process = fusermount(mountPoint, audience);
        } finally {
            libc.close(STANDARD_INPUT);
            if (input >= 0) {
                libc.dup3(input, STANDARD_INPUT, 0);
                libc.close(input);
            }
        }
        await(process, mountPoint);
    }

    private static Process fusermount(Path mountPoint, Audience audience) throws IOException {
        String options = "default_permissions,fsname=cloister,subtype=cloister"
                + (audience == Audience.EVERYBODY ? ",allow_other" : "");
        ProcessBuilder command = new ProcessBuilder("fusermount3", "-o", options, "--", mountPoint.toString())
                .redirectInput(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        command.environment().put("_FUSE_COMMFD", Integer.toString(STANDARD_INPUT));
        try {
            return command.start();
        } catch (IOException e) {
            throw new IOException("fusermount3 is missing: install fuse3", e);
        }
    }

    private static void await(Process process, Path mountPoint) throws IOException {
        try {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("fusermount3 does not come back from mounting at " + mountPoint);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while mounting", e);
        }
        if (process.exitValue() != 0) {
            throw new IOException("fusermount3 could not mount at " + mountPoint
                    + ": it says why above; the directory must exist and be writable by this user");
        }
    }

    private static int receive(Native host, int socket, long memory, Path mountPoint) throws IOException {
        long data = memory + MESSAGE;
        long vector = data + Long.BYTES;
        long control = vector + 2L * Long.BYTES;
        MEMORY.setMemory(memory, MEMORY_SIZE, (byte) 0);
        MEMORY.putLong(vector, data);
        MEMORY.putLong(vector + Long.BYTES, 1);
        MEMORY.putLong(memory + 16, vector);
        MEMORY.putLong(memory + 24, 1);
        MEMORY.putLong(memory + 32, control);
        MEMORY.putLong(memory + 40, CONTROL);
        boolean came = host.libc().recvmsg(socket, memory, CLOSE_ON_EXEC_RECEIVED) > 0;
        if (!came || MEMORY.getLong(memory + 40) < DESCRIPTOR_IN_CONTROL + Integer.BYTES) {
            throw new IOException("fusermount3 passed no descriptor for " + mountPoint);
        }
        return MEMORY.getInt(control + DESCRIPTOR_IN_CONTROL);
    }

    /** MSG_CMSG_CLOEXEC. */
    private static final int CLOSE_ON_EXEC_RECEIVED = 0x40000000;
}
