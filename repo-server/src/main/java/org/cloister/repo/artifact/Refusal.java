package org.cloister.repo.artifact;

/** The rule that a package broke. One value for each thing that a person would mend in its own way. */
public enum Refusal {
    /** Of no known format, or with a damaged header in its archive. */
    NOT_AN_ARCHIVE,
    /** {@code debian-binary} is missing or names another version than 2.x; an RPM file of another version than 3 or 4, or a source package. */
    UNKNOWN_FORMAT,
    /** {@code control.tar} or {@code data.tar} is missing, twice, or in the wrong order. */
    WRONG_MEMBERS,
    /** A member is compressed in a way that isn't supported. */
    UNKNOWN_COMPRESSION,
    /** It ends too early. */
    TRUNCATED,
    /** The compressed data contradict themselves. */
    CORRUPT_COMPRESSION,
    /** A tar header contradicts itself. */
    CORRUPT_TAR,
    /** A header of an RPM file contradicts itself, or lacks what every package has. */
    CORRUPT_HEADER,
    /** The cpio archive of an RPM file contradicts itself or its header. */
    CORRUPT_CPIO,
    /** It asks for something of the program that installs it that isn't there: a feature of rpm, a rich dependency. */
    NEEDS_UNSUPPORTED,
    /** A kind of tar entry that no Debian package has (sparse files, volume labels). */
    UNSUPPORTED_ENTRY,
    /** A name with {@code ..}, or below a symbolic link that leads out of the root. */
    LEAVES_ROOT,
    /** A hard link to something that isn't an earlier file of the package. */
    BAD_HARD_LINK,
    /** Two entries for one path. */
    DUPLICATE_ENTRY,
    /** An entry below something that is no directory. */
    BELOW_NO_DIRECTORY,
    /** Debian Policy 10.10. */
    NAME_NOT_UTF8,
    /** A name that no file can have, or with a line break in it. */
    BAD_NAME,
    /** More bytes than any real package unpacks to. */
    EXPANDS_TOO_FAR,
    /** More entries than any real package has. */
    TOO_MANY_ENTRIES,
    /** Compressed more tightly than any real package: a bomb. */
    SUSPICIOUS_RATIO,
    /** The control archive is beyond its limits. */
    CONTROL_TOO_LARGE,
    /** The control paragraph is malformed or lacks Package, Version or Architecture. */
    BAD_CONTROL,
    /** The file isn't the one that was announced. */
    DIGEST_MISMATCH
}
