package org.cloister.fuse.kernel;

import java.io.IOException;
import java.nio.file.Path;
import org.cloister.fuse.mount.Mount.Audience;
import org.cloister.fuse.mount.Native;

/** Gives a descriptor of {@code /dev/fuse} that is mounted at {@code mountPoint}. */
interface Device {
    /** Throws, and nothing is mounted, saying what to do. */
    int mount(Native host, Path mountPoint, Audience audience) throws IOException;
}
