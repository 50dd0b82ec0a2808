package org.cloister.fuse.kernel;

import java.io.IOException;
import java.nio.file.Path;
import org.cloister.fuse.mount.Libc;
import org.cloister.fuse.mount.Mount.Audience;
import org.cloister.fuse.mount.Native;

/** By mount(2), for who has CAP_SYS_ADMIN. */
final class PrivilegedDevice implements Device {
    static final int READ_WRITE = 02;
    static final int CLOSE_ON_EXEC = 02000000;
    static final byte[] DEVICE = Native.path("/dev/fuse");
    private static final long NO_SUID = 2;
    private static final long NO_DEVICES = 4;

    @Override
    public int mount(Native host, Path mountPoint, Audience audience) throws IOException {
        Libc libc = host.libc();
        int device = libc.open(DEVICE, READ_WRITE | CLOSE_ON_EXEC, 0);
        if (device < 0) {
            throw new IOException("cannot open /dev/fuse (errno " + host.errno() + "): load the module fuse");
        }
        boolean everybody = audience == Audience.EVERYBODY;
        String options = "fd=" + device + ",rootmode=40000,user_id=" + libc.getuid() + ",group_id=" + libc.getgid()
                + ",default_permissions" + (everybody ? ",allow_other" : "");
        // Whoever starts a program through the mount, and not in its root, shall not become another user by what a
        // package ships.
        long flags = everybody ? NO_SUID : NO_SUID | NO_DEVICES;
        int result = libc.mount(
                Native.path("cloister"),
                Native.path(mountPoint.toString()),
                Native.path("fuse.cloister"),
                flags,
                Native.path(options));
        if (result != 0) {
            int errno = host.errno();
            libc.close(device);
            throw new IOException("cannot mount at " + mountPoint + " (errno " + errno
                    + "): it needs an existing directory and CAP_SYS_ADMIN");
        }
        return device;
    }
}
