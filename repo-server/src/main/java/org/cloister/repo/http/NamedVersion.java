package org.cloister.repo.http;

import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Version;
import org.jspecify.annotations.Nullable;

/** A version beside the name of its package, which tells how it is read. */
final class NamedVersion {
    private NamedVersion() {}

    /**
     * Null if none is named.
     *
     * @throws RefusedException if it is malformed in the name's format
     */
    static @Nullable Version of(PackageName name, @Nullable String version) {
        return version == null ? null : Exchange.value(version, text -> Version.of(name, text));
    }
}
