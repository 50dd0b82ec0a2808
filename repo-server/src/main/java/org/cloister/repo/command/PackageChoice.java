package org.cloister.repo.command;

import org.cloister.events.deb.DebianVersion;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.jspecify.annotations.Nullable;

/** {@code NAME} or {@code NAME=VERSION}, for whichever architectures there are. */
public record PackageChoice(PackageName name, @Nullable DebianVersion version) {
    /** @throws IllegalArgumentException if a part is malformed */
    public static PackageChoice parse(String text) {
        int equals = text.indexOf('=');
        return equals < 0
                ? new PackageChoice(new PackageName(text), null)
                : new PackageChoice(
                        new PackageName(text.substring(0, equals)), new DebianVersion(text.substring(equals + 1)));
    }

    boolean matches(PackageId id) {
        return id.name().equals(name) && (version == null || version.equals(id.version()));
    }

    @Override
    public String toString() {
        return version == null ? name.text() : name + "=" + version;
    }
}
