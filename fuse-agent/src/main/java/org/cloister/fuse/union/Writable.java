package org.cloister.fuse.union;

import java.util.List;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.tree.Journal;
import org.cloister.fuse.tree.SavedTree;
import org.cloister.fuse.tree.Status;

/** What keeps one root's writable layer over a restart. Safe for several threads. */
public interface Writable {
    /** What was kept, as it was when this was opened. */
    SavedTree saved();

    /** The layers over which it was written; empty when nothing was. */
    List<LayerId> layers();

    /** From now on it stands over {@code layers}. Kept together with what the journal hears next. */
    void standsOver(List<LayerId> layers);

    Journal journal();

    /**
     * What the journal heard since the last call is one change, and it is complete: it survives the end of this process.
     * {@code receipt} hears of it right before. Called under the root's lock in exclusive mode.
     *
     * @param node what the change led to, in the mount's numbers; 0: nothing
     */
    void made(Receipt receipt, long node);

    /** What a predecessor had not finished was read into the tree, and the journal has heard what only the session knows. */
    void tookOver();

    /** Everything that the journal heard is durable when it returns. */
    void sync() throws BackingFailure;

    /** Waits while too much is waiting to be written. Called without locks, before a change. */
    void admit();

    /** OK, or what a program is told that would add something: the disk is full, or takes nothing any more. */
    default Status mayGrow() {
        return Status.OK;
    }

    /**
     * Gives the room of unlinked files back to the disk now instead of later. True: there is some, and what failed may be
     * tried again. Called without locks.
     */
    default boolean makeRoom() {
        return false;
    }

    /** Writes what is waiting and lets go of the files. */
    void close();
}
