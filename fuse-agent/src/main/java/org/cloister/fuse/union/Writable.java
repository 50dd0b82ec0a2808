package org.cloister.fuse.union;

import org.cloister.fuse.tree.Journal;

/** What keeps a root's writable layer over a restart. */
public interface Writable {
    Journal journal();

    /** Everything that the journal heard is durable when it returns. */
    void sync() throws BackingFailure;

    /** Waits while too much is waiting to be written. Called without locks, before a change. */
    void admit();

    /** Writes what is waiting and lets go of the files. */
    void close();
}
