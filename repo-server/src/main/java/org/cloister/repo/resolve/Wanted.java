package org.cloister.repo.resolve;

import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Version;
import org.jspecify.annotations.Nullable;

/**
 * A package that somebody asks for by name.
 *
 * @param version this one (compared by Debian's order); null: the newest that can be had
 */
public record Wanted(PackageName name, @Nullable Version version) {
    boolean admits(Candidate candidate) {
        return version == null || candidate.id().version().compareTo(version) == 0;
    }

    /** {@code name} or {@code name=version}, as the command line has it. */
    @Override
    public String toString() {
        return version == null ? name.text() : name + "=" + version;
    }
}
