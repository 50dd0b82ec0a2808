package org.cloister.repo.deb;

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
record TarEntry(
        EntryType type,
        String name,
        String link,
        int mode,
        int uid,
        int gid,
        FileTime mtime,
        long size,
        Map<String, String> xattrs) {}
