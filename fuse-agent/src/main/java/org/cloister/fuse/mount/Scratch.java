package org.cloister.fuse.mount;

import org.cloister.fuse.union.Stat;

/** Native memory of one session thread: allocated once, used for every answer. Freed with the process. */
final class Scratch {
    /** More than libfuse2 ever asks for in one read (32 pages). */
    static final int DATA = 1 << 18;

    private static final int ENTRY = 512;

    final Stat stat = new Stat();
    final Stat other = new Stat();
    /** For {@code struct fuse_entry_param}. */
    final long entry = Native.MEMORY.allocateMemory(ENTRY, true);

    final long data = Native.MEMORY.allocateMemory(DATA, false);
}
