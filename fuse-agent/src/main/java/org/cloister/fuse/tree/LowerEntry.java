package org.cloister.fuse.tree;

import org.cloister.events.Digest;
import org.jspecify.annotations.Nullable;

/** What a manifest says about one inode. Paths are the layer's business. */
public record LowerEntry(
        Kind kind,
        int permissions,
        int uid,
        int gid,
        long mtime,
        long size,
        long device,
        @Nullable String target,
        @Nullable Digest object,
        Attributes attributes) {

    /** Types of entries; hard links are no entries of their own but further names. */
    public enum Kind {
        DIRECTORY(Mode.DIRECTORY),
        OPAQUE(Mode.DIRECTORY),
        FILE(Mode.FILE),
        LINK(Mode.LINK),
        CHARACTER(Mode.CHARACTER),
        BLOCK(Mode.BLOCK),
        FIFO(Mode.FIFO),
        WHITEOUT(0);

        private final int type;

        Kind(int type) {
            this.type = type;
        }

        int type() {
            return type;
        }
    }

    /** The top of every root and layer; manifests do not list it. */
    static final LowerEntry TOP = new LowerEntry(Kind.DIRECTORY, 0755, 0, 0, 0, 0, 0, null, null, Attributes.NONE);
}
