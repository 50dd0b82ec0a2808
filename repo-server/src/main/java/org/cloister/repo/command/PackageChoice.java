package org.cloister.repo.command;

import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Version;
import org.jspecify.annotations.Nullable;

/** {@code NAME} or {@code NAME=VERSION}, for whichever architectures there are. */
public record PackageChoice(PackageName name, @Nullable Version version) {
    /** @throws IllegalArgumentException if a part is malformed */
    public static PackageChoice parse(String text) {
        int equals = text.indexOf('=');
        PackageName named = new PackageName(equals < 0 ? text : text.substring(0, equals));
        return equals < 0
                ? new PackageChoice(named, null)
                : new PackageChoice(named, Version.of(named, text.substring(equals + 1)));
    }

    boolean matches(PackageId id) {
        return id.name().equals(name) && (version == null || version.equals(id.version()));
    }

    @Override
    public String toString() {
        return version == null ? name.text() : name + "=" + version;
    }
}
