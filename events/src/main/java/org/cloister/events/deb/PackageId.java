package org.cloister.events.deb;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One published version of a package for one architecture. Architectures are called as Debian calls them in both formats.
 *
 * @param version of the name's format
 */
public record PackageId(PackageName name, Version version, Architecture architecture) {
    public PackageId {
        if (!name.isPackage()) {
            throw new IllegalArgumentException("not a package name: " + name);
        }
        if (name.isRpm() != version instanceof RpmVersion) {
            throw new IllegalArgumentException("a version of another format than " + name + ": " + version);
        }
    }

    /** @throws IllegalArgumentException if a part is malformed */
    @JsonCreator
    public static PackageId of(
            @JsonProperty("name") String name,
            @JsonProperty("version") String version,
            @JsonProperty("architecture") String architecture) {
        PackageName named = new PackageName(name);
        return new PackageId(named, Version.of(named, version), new Architecture(architecture));
    }

    /** {@code name=version:architecture} is for people; nothing parses it. */
    @Override
    public String toString() {
        return name + "=" + version + ":" + architecture;
    }
}
