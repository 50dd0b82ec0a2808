package org.cloister.fuse.mount;

import java.io.IOException;
import org.cloister.fuse.union.KernelCache;

/** One way of giving the union to the kernel. Mounted once and unmounted once. */
public interface Mount extends KernelCache {
    /** Who may use the mount. */
    enum Audience {
        /** Every user of the machine: for root, and for whom {@code user_allow_other} in /etc/fuse.conf lets. */
        EVERYBODY,
        /** The user who mounts, alone. */
        OWNER
    }

    /** The name that people choose it by. */
    String adapter();

    /** Serves requests when it returns. Throws, and nothing is mounted, saying why. */
    void mount(Audience audience) throws IOException;

    /**
     * Returns when the last request is answered. When programs still have files open it unmounts lazily, serves them for a
     * moment more, and returns; what they do afterwards fails with ENOTCONN.
     */
    void unmount() throws InterruptedException;
}
