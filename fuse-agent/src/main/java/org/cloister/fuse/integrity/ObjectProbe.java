package org.cloister.fuse.integrity;

import org.cloister.events.Digest;

/** Looks at an object on the disk, whatever is known or cached of it. */
public interface ObjectProbe {
    /** What is found is known to everybody when it returns. */
    boolean isWhole(Digest object, long size, Throttle throttle) throws InterruptedException;
}
