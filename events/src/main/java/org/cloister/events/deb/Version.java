package org.cloister.events.deb;

/**
 * A package's version in the order of its format: {@link DebianVersion} by Debian Policy 5.6.12, {@link RpmVersion} as rpm
 * compares. Versions of two formats say nothing about each other; all of Debian's sort before all of rpm's, so that lists have
 * one order.
 */
public sealed interface Version extends Comparable<Version> permits DebianVersion, RpmVersion {
    /** As it is written in events and on command lines. */
    String text();

    /**
     * The version of a package of this name, which tells the format.
     *
     * @throws IllegalArgumentException if it is malformed in that format, with the reason
     */
    static Version of(PackageName name, String text) {
        return name.isRpm() ? new RpmVersion(text) : new DebianVersion(text);
    }
}
