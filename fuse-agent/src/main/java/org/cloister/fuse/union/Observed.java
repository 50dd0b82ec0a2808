package org.cloister.fuse.union;

/**
 * A backing file as the disk has it.
 *
 * @param size bytes
 * @param changed nanoseconds since 1970 of its last write
 */
public record Observed(long size, long changed) {}
