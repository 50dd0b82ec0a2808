package org.cloister.repo.artifact;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.cloister.events.Digest;
import org.cloister.repo.pool.PoolUse;

/** One format of packages: the seam at which formats are added. Thread-safe. */
public interface PackageFormat {
    /** Enough of a file to tell any format by. */
    int FIRST_BYTES = 8;

    /** Whether a file that begins so is meant to be of this format. @param first {@link #FIRST_BYTES}, fewer of a shorter file */
    boolean begins(byte[] first);

    /** As a refusal names it, such as {@code a Debian package}. */
    String description();

    /**
     * Reads the file once from beginning to end, in bounded memory, and publishes artifact, objects and layer together, or nothing.
     * Equal files have equal layers, always. Blocks its thread.
     *
     * @param spooled the file, which nobody changes meanwhile; the caller deletes it afterwards. Best from {@link
     *     org.cloister.repo.pool.Pool#newSpoolFile}.
     * @param expected what the file must be, if anything was announced
     * @param use what was imported stays until that is closed, which is after the log names it
     * @throws IOException if the disk failed; then nothing is visible
     */
    ImportResult importFile(Path spooled, Optional<Digest> expected, PoolUse use) throws IOException;
}
