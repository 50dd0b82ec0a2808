package org.cloister.events.deb;

/** One published version of a package for one architecture. */
public record PackageId(PackageName name, DebianVersion version, Architecture architecture) {
    /** @throws IllegalArgumentException if a part is malformed */
    public static PackageId of(String name, String version, String architecture) {
        return new PackageId(new PackageName(name), new DebianVersion(version), new Architecture(architecture));
    }

    /** {@code name=version:architecture} is for people; nothing parses it. */
    @Override
    public String toString() {
        return name + "=" + version + ":" + architecture;
    }
}
