package org.cloister.fuse.union;

import org.cloister.fuse.tree.Node;
import org.cloister.fuse.tree.UpperNode;

/**
 * Whose files are whose. A machine-wide mount shows owners as recorded; the private mount of an ordinary user shows every
 * file as that user's, who could not act as anybody else anyway.
 */
public sealed interface Ownership {
    int uid(Node node);

    int gid(Node node);

    /** Owners as recorded. */
    record Recorded() implements Ownership {
        @Override
        public int uid(Node node) {
            return node.uid();
        }

        @Override
        public int gid(Node node) {
            return node.gid();
        }
    }

    /** Everything belongs to one user; files that the user made keep the group they were made with. */
    record Private(int uid, int gid) implements Ownership {
        @Override
        public int uid(Node node) {
            return uid;
        }

        @Override
        public int gid(Node node) {
            return node instanceof UpperNode upper && upper.lower() == null ? upper.gid() : gid;
        }
    }
}
