package org.cloister.agent.control;

import org.cloister.events.RootName;

/**
 * A configuration file that differs from what its package ships.
 *
 * @param path relative to the root
 */
public record Conffile(RootName root, String path, State state, Merge merge) {
    /** How it stands to what is shipped. */
    public enum State {
        /** Edited; what is shipped is what the edit began from. */
        EDITED,
        /** Edited, and what is shipped has changed since: its owner decides. */
        NEWER,
        /** Deleted by its owner, which stays so. */
        DELETED,
        /** Edited, and shipped no longer. */
        OBSOLETE
    }

    /** What a three-way merge of {@link State#NEWER} comes to. */
    public enum Merge {
        /** There is nothing to merge. */
        NONE,
        /** Both changes fit together. */
        CLEAN,
        /** Both changed the same lines. */
        CONFLICT,
        /** No text, too large, or what the edit began from isn't known. */
        IMPOSSIBLE
    }

    /** What its owner decides. */
    public enum Settlement {
        /** Keep the edited one; it counts as edited from what is shipped now. */
        KEEP,
        /** Have what is shipped. */
        TAKE_NEW,
        /** Have both changes; only where they fit together. */
        MERGE
    }

    /** @param trouble why it wasn't done; empty where it was */
    public record Settled(String path, String trouble) {}

    /**
     * What there is to be seen, each as a unified diff, empty where nothing differs.
     *
     * @param yours what its owner changed
     * @param shipped what its package changed since
     * @param merged what a merge would change; with marks where it conflicts
     */
    public record Comparison(Conffile file, String yours, String shipped, String merged) {}
}
