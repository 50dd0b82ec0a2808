package org.cloister.repo.upstream;

/** Told of bytes as they arrive, on the transferring threads. */
public interface Arrivals {
    Arrivals IGNORED = bytes -> {};

    /** @param bytes negative where what had arrived turned out to be wrong and is fetched again */
    void arrived(long bytes);
}
