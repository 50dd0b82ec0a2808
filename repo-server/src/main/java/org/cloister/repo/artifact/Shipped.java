package org.cloister.repo.artifact;

import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.ManifestEntry;

/**
 * One name of the archive and what it names. The names of one inode share the {@code inode} instance.
 *
 * @param name the entry's own name, as {@link ArchiveEntry#name}
 * @param inode the entry that described the inode first; another one than the name's own for a hard link
 * @param object a file's object, in hex; otherwise empty
 */
public record Shipped(String name, ArchiveEntry inode, String object) {
    public boolean isDirectory() {
        return inode.type() == EntryType.DIRECTORY;
    }

    public boolean isLink() {
        return inode.type() == EntryType.SYMLINK;
    }

    /** Whether this, found at the same place, adds nothing to {@code before}. */
    public boolean repeats(Shipped before) {
        boolean alias = !name.equals(before.name);
        if (isDirectory() && before.isDirectory()) {
            return alias || sameOwnerAndMode(before);
        }
        return alias
                && (inode == before.inode
                        || (inode.type() == before.inode.type()
                                && inode.type() != EntryType.DIRECTORY
                                && object.equals(before.object)
                                && inode.link().equals(before.inode.link())
                                && sameOwnerAndMode(before)));
    }

    private boolean sameOwnerAndMode(Shipped other) {
        return inode.mode() == other.inode.mode()
                && inode.uid() == other.inode.uid()
                && inode.gid() == other.inode.gid();
    }

    /** @throws RefusedException if no file can be called {@code place} */
    public ManifestEntry at(String place) throws RefusedException {
        boolean link = isLink();
        String argument = inode.type() == EntryType.FILE ? object : inode.link();
        try {
            return new ManifestEntry(
                    inode.type(),
                    place,
                    link ? 0777 : inode.mode(),
                    inode.uid(),
                    inode.gid(),
                    inode.mtime(),
                    inode.size(),
                    argument,
                    inode.xattrs());
        } catch (IllegalArgumentException e) {
            RefusedException refused = new RefusedException(Refusal.BAD_NAME, String.valueOf(e.getMessage()));
            refused.initCause(e);
            throw refused;
        }
    }
}
