package org.cloister.fuse.kernel;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * What kernel and daemon agree on at INIT ({@code FUSE_*} flags), each with something that works without it. Debian 12's kernel
 * (6.1) offers all of them.
 */
public enum Feature {
    ASYNC_READ(0),
    BIG_WRITES(5),
    /** Listings carry attributes, so that {@code ls -l} asks once. */
    READDIRPLUS(13),
    /** ... but only while a program looks at them. */
    READDIRPLUS_AUTO(14),
    ASYNC_DIO(15),
    /** Small writes are gathered in the page cache. What is not written back is lost when the daemon dies. */
    WRITEBACK_CACHE(16),
    /** Files are opened without asking. */
    NO_OPEN(17),
    PARALLEL_DIROPS(18),
    /** The kernel enforces access control lists; we apply the umask, because a default list takes its place. */
    POSIX_ACL(20) {
        @Override
        long bit() {
            return super.bit() | DONT_MASK;
        }
    },
    ABORT_ERROR(21),
    /** Requests of a megabyte. */
    MAX_PAGES(22),
    CACHE_SYMLINKS(23),
    NO_OPENDIR(24),
    /** New attributes don't make the kernel drop what it has read. */
    EXPLICIT_INVAL_DATA(25),
    /** We drop set-user-ID on writes and changes of owner; otherwise each write costs a question for capabilities. */
    HANDLE_KILLPRIV_V2(28),
    SETXATTR_EXT(29),
    INIT_EXT(30),
    /** Files that a program wrote are read and written with no daemon between (kernel 6.9, root). Not with NO_OPEN or WRITEBACK_CACHE. */
    PASSTHROUGH(37);

    private static final long DONT_MASK = 1 << 6;

    private final long bit;

    Feature(int bit) {
        this.bit = 1L << bit;
    }

    /** Bits that only make sense together. */
    long bit() {
        return bit;
    }

    /** Comma-separated names in any case, with hyphens or underscores. Throws for a name that is none, listing those that are. */
    public static Set<Feature> parse(String names) {
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        for (String name : names.split(",")) {
            if (!name.isBlank()) {
                features.add(named(name.strip()));
            }
        }
        return features;
    }

    private static Feature named(String name) {
        try {
            return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + name + "' is no feature; known are " + EnumSet.allOf(Feature.class), e);
        }
    }
}
