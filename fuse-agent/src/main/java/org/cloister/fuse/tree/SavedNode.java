package org.cloister.fuse.tree;

import org.jspecify.annotations.Nullable;

/**
 * A node of the writable layer as it is kept over a restart.
 *
 * @param origin path of the shipped inode in its layer, null for a created one
 * @param linkTarget of a symbolic link
 */
public record SavedNode(
        long id,
        @Nullable String origin,
        boolean ownAttributes,
        boolean ownContent,
        int mode,
        int uid,
        int gid,
        long size,
        long atime,
        long mtime,
        long ctime,
        long device,
        @Nullable String linkTarget,
        Attributes attributes) {

    /** Called under the lock. */
    public static SavedNode of(UpperNode node) {
        LowerNode lower = node.lower;
        return new SavedNode(
                node.id(),
                lower == null ? null : lower.path(),
                node.ownAttributes,
                node.ownContent,
                node.mode,
                node.uid,
                node.gid,
                node.size,
                node.atime,
                node.mtime,
                node.ctime,
                node.device,
                node.target,
                node.attributes);
    }

    public SavedNode withSize(long actual) {
        return new SavedNode(
                id,
                origin,
                ownAttributes,
                ownContent,
                mode,
                uid,
                gid,
                actual,
                atime,
                mtime,
                ctime,
                device,
                linkTarget,
                attributes);
    }

    /** The links are counted when all names are known. */
    void restore(UpperNode node) {
        node.links = 1;
        node.ownAttributes = ownAttributes;
        node.ownContent = ownContent;
        node.holes = ownContent;
        node.mode = mode;
        node.uid = uid;
        node.gid = gid;
        node.size = size;
        node.atime = atime;
        node.mtime = mtime;
        node.ctime = ctime;
        node.device = device;
        node.target = linkTarget;
        node.attributes = attributes;
    }
}
