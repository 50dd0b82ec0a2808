package org.cloister.repo.rpm;

import java.util.Map;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.FileTime;
import org.cloister.repo.artifact.ArchiveEntry;

/**
 * One file as the header describes it.
 *
 * @param entry root's; {@code link} is a symbolic link's target or a device's numbers
 * @param user that it shall belong to
 * @param inode equal for all names of one file of this package, otherwise unique
 * @param sha256 hex of the content, empty if the package doesn't say
 * @param ghost whether the package only claims the name and doesn't ship it
 */
record RpmFile(ArchiveEntry entry, String user, String group, Inode inode, String sha256, boolean ghost) {
    record Inode(long device, long number) {}

    String path() {
        return entry.name();
    }

    boolean isFile() {
        return entry.type() == EntryType.FILE;
    }

    boolean isOwnedByRoot() {
        return user.equals("root") && group.equals("root");
    }

    /** A further name of {@code first}. */
    ArchiveEntry hardLinkTo(RpmFile first) {
        return new ArchiveEntry(EntryType.HARD_LINK, path(), first.path(), 0, 0, 0, FileTime.EPOCH, 0, Map.of());
    }
}
