package org.cloister.fuse.integrity;

/** Is told of each block that was read, and may wait before the next one is. */
public interface Throttle {
    Throttle NONE = (bytes, nanos) -> {};

    /** {@code bytes} were read and hashed in {@code nanos}. */
    void read(long bytes, long nanos) throws InterruptedException;
}
