package org.cloister.agent.control;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One path of a writable layer ({@code docs/protocol.md}, CHANGE).
 *
 * @param path relative to the root
 * @param type letter of the manifest's entry types; empty where it is deleted
 * @param mtime seconds {@code .} nanoseconds
 * @param target of a symbolic link
 * @param ino equal for two names of one file
 * @param xattrs values in base64
 */
public record Change(
        String path,
        Kind kind,
        String type,
        boolean opaque,
        int mode,
        int uid,
        int gid,
        String mtime,
        long size,
        @Nullable String target,
        String rdev,
        long ino,
        int nlink,
        Map<String, String> xattrs) {
    /** What became of the path. */
    public enum Kind {
        ADDED,
        MODIFIED,
        DELETED
    }

    public Change {
        xattrs = Map.copyOf(xattrs);
    }
}
