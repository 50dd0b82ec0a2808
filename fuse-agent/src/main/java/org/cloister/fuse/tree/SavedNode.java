package org.cloister.fuse.tree;

import org.jspecify.annotations.Nullable;

/**
 * A node of the writable layer as it is kept over a restart.
 *
 * @param origin path of the shipped inode in its layer, null for a created one
 * @param linkTarget of a symbolic link
 * @param local inode number in the session that goes on; 0 when a new one begins
 * @param shipped number of the shipped inode in the session that goes on; 0: {@code origin} says which
 * @param unlinked it has no name and is only known by its number, in the session that goes on
 * @param nameless it never had a name
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
        Attributes attributes,
        long local,
        long shipped,
        boolean unlinked,
        boolean nameless) {

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
                node.attributes,
                node.local(),
                lower == null ? 0 : lower.number,
                node.links == 0,
                node.nameless);
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
                attributes,
                local,
                shipped,
                unlinked,
                nameless);
    }

    /** The links are counted when all names are known. */
    void restore(UpperNode node) {
        node.links = unlinked ? 0 : 1;
        node.nameless = nameless;
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
