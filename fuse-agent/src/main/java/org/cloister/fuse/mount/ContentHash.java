package org.cloister.fuse.mount;

import org.cloister.events.Digest;

/** One SHA-256 over native memory. For one thread. */
interface ContentHash extends AutoCloseable {
    /** Where hashes come from. For all threads. */
    interface Source {
        ContentHash begin();
    }

    /** {@code count} bytes more, at {@code address}. */
    void update(long address, int count);

    /** Of all bytes so far; nothing may be added after it. */
    Digest digest();

    @Override
    void close();
}
