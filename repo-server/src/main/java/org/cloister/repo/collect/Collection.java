package org.cloister.repo.collect;

/**
 * What a collection did.
 *
 * @param judged everything that the pool had
 * @param condemned what waits for its grace to pass now
 * @param condemnedBytes of it
 * @param collected what went, and its bytes
 * @param position of the last event that records it; 0: nothing went
 */
public record Collection(
        long judged, long condemned, long condemnedBytes, long collected, long collectedBytes, long position) {}
