package org.cloister.repo.control;

/**
 * What a reader accepts before it gives up, so that foreign bytes cannot take all memory.
 *
 * @param paragraphBytes the longest paragraph
 * @param lineBytes the longest line, its end not counted
 * @param fields the most fields of one paragraph
 */
public record ControlLimits(int paragraphBytes, int lineBytes, int fields) {
    /** Control files and the stanzas of Packages: the longest of Debian 12 has 60 kB. */
    public static final ControlLimits PACKAGE = new ControlLimits(1 << 20, 1 << 19, 256);

    /** Release files: one paragraph with every file of a suite three times, 1 MB for the largest suites. */
    public static final ControlLimits RELEASE = new ControlLimits(16 << 20, 1 << 16, 256);

    public ControlLimits {
        if (paragraphBytes < 1 || lineBytes < 1 || fields < 1 || paragraphBytes > 1 << 28) {
            throw new IllegalArgumentException("limits are positive, a paragraph has at most 256 MiB");
        }
    }
}
