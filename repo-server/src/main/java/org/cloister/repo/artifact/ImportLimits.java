package org.cloister.repo.artifact;

/**
 * What a package may ask for. Each default is a multiple of what Debian's largest packages need.
 *
 * @param expandedBytes of data.tar; the largest unpack to about 6 GB (3D models of electronic parts)
 * @param entries of data.tar; the largest have about 120,000 (icon themes). Bounds memory too: some 400 bytes each
 * @param nameBytes of all names and link targets together, which are held in memory until the layer is sorted
 * @param ratio expanded to compressed bytes, counted beyond {@code freeBytes}; text compresses 20 times, a bomb 1,000 times
 * @param freeBytes how much anyone may expand to at any ratio: sparse images and zeroed tables are real
 * @param controlBytes of the control paragraph; the largest have about 200 kB (long Provides)
 * @param controlArchiveBytes of control.tar; the largest hold md5sums of some megabytes
 * @param controlMembers of control.tar; a dozen are usual
 */
public record ImportLimits(
        long expandedBytes,
        int entries,
        long nameBytes,
        int ratio,
        long freeBytes,
        int controlBytes,
        long controlArchiveBytes,
        int controlMembers) {
    private static final int MIB = 1024 * 1024;

    public static ImportLimits defaults() {
        return new ImportLimits(16L * 1024 * MIB, 300_000, 32L * MIB, 250, 64L * MIB, MIB, 64L * MIB, 1_000);
    }
}
