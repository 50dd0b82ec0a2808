package org.cloister.repo.apt;

import org.cloister.events.Digest;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.jspecify.annotations.Nullable;

/**
 * Where a distribution's artifacts are: {@code pool/<digest>/<name>_<version>_<architecture>.deb}. The digest tells which one it
 * is, in every distribution and in every state of it; the rest is for people, and for finding what has to be fetched first.
 */
public final class PoolPath {
    private PoolPath() {}

    static String of(PackageId id, Digest artifact) {
        return "pool/" + artifact.hex() + "/" + fileName(id);
    }

    /** As Debian's archives name it: without the epoch. */
    private static String fileName(PackageId id) {
        String version = id.version().text();
        String withoutEpoch = version.substring(version.indexOf(':') + 1);
        return id.name() + "_" + withoutEpoch.replace(":", "%3a") + "_" + id.architecture() + ".deb";
    }

    /** The package that a file of this name is of; null if it isn't one of these names. */
    public static @Nullable PackageName packageName(String fileName) {
        int end = fileName.indexOf('_');
        try {
            return end < 0 ? null : new PackageName(fileName.substring(0, end));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
