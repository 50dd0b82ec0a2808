package org.cloister.fuse.union;

/** Hears that the change that somebody asked for is about to count, so that after a crash it is not made twice. */
public interface Receipt {
    /** Nobody wants to know. */
    Receipt NONE = (slot, group, node) -> {};

    /**
     * The change counts as soon as {@code group} of the journal of {@code slot} does (see {@code session.RedoJournal}). {@code node}
     * is what it led to; 0: nothing.
     */
    void making(int slot, long group, long node);
}
