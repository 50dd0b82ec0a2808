package org.cloister.repo;

/** This program's version. */
final class Version {
    private Version() {}

    /** From the jar's manifest; {@code development} where it runs from classes. */
    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
