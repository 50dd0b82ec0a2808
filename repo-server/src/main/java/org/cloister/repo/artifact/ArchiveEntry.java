package org.cloister.repo.artifact;

import java.util.List;
import java.util.Map;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.FileTime;

/**
 * One entry as the archive has it.
 *
 * @param name relative, clean; empty for the archive's root
 * @param link a symbolic link's target as written, a hard link's clean name, a device's {@code major:minor}, otherwise empty
 * @param size bytes of content, 0 for everything but files
 * @param xattrs base64
 */
public record ArchiveEntry(
        EntryType type,
        String name,
        String link,
        int mode,
        int uid,
        int gid,
        FileTime mtime,
        long size,
        Map<String, String> xattrs) {
    /** Of null, zero, full, random and urandom (the kernel's admin-guide/devices.txt). */
    private static final long MEMORY_DEVICES = 1;

    private static final List<Long> HARMLESS_MINORS = List.of(3L, 5L, 7L, 8L, 9L);

    /**
     * A device as {@code link} has it. Packages must not include device files (Debian Policy 10.6): one with the numbers of a disk
     * would be that disk. Those that lead to nothing are taken.
     */
    public static String device(EntryType type, long major, long minor) throws RefusedException {
        if (type == EntryType.BLOCK_DEVICE || major != MEMORY_DEVICES || !HARMLESS_MINORS.contains(minor)) {
            throw new RefusedException(Refusal.UNSUPPORTED_ENTRY, "a device file, " + major + ":" + minor);
        }
        return major + ":" + minor;
    }
}
