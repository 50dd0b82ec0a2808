package org.cloister.fuse.tree;

import org.jspecify.annotations.Nullable;

/**
 * One difference between a root and its layers (docs/protocol.md, CHANGE).
 *
 * @param path relative, of bytes (Latin-1)
 * @param node null for what was deleted
 * @param opaque a directory that hides what the layers have at its path
 * @param local inode number within the root
 */
public record Change(String path, Kind kind, @Nullable Node node, boolean opaque, long local, int links) {
    /** ADDED: the layers have nothing at this path. */
    public enum Kind {
        ADDED,
        MODIFIED,
        DELETED
    }
}
