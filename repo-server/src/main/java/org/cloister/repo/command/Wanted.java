package org.cloister.repo.command;

import org.cloister.events.RootName;
import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Version;
import org.jspecify.annotations.Nullable;

/**
 * A package to install.
 *
 * @param version null: the newest that can be
 * @param alias the root's name; null: that of the package
 * @param recommends whether what packages recommend comes too where it is published
 */
public record Wanted(
        PackageName name,
        @Nullable Version version,
        @Nullable RootName alias,
        boolean recommends) {
    /** Without Recommends. */
    public Wanted(PackageName name, @Nullable Version version, @Nullable RootName alias) {
        this(name, version, alias, false);
    }
}
