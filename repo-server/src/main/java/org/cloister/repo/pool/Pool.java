package org.cloister.repo.pool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import org.cloister.events.Digest;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;

/**
 * Artifacts, objects and layers by digest. What a lookup finds is complete, was verified when it was written, and survives a
 * crash; it stays for a while, whatever was thought of it before ({@link PoolGarbage}). All methods may be called by any thread and block; concurrent writers of one digest do each other no harm.
 * An {@link IOException} means that the disk failed or is full, or that the store elsewhere failed ({@link StoreAwayException}); then
 * nothing new is named. Where a method has no room for it, it comes as an {@link java.io.UncheckedIOException}: what can't be looked for
 * is never told to be missing.
 */
public interface Pool extends AutoCloseable {
    Optional<Blob> artifact(Digest digest);

    Optional<Blob> object(Digest digest);

    Optional<Blob> layer(LayerId layer);

    /** A stored layer, parsed and checked against its digest. @throws IOException if it is damaged, naming it */
    Optional<Manifest> manifest(LayerId layer) throws IOException;

    /** Reads {@code content} to its end and stores it if that is what {@code digest} names. */
    PutResult putObject(Digest digest, InputStream content) throws IOException;

    /** Stores a canonical manifest whose objects are all here. */
    PutResult putLayer(LayerId layer, byte[] manifest) throws IOException;

    /**
     * Stores a package file alone, without unpacking it.
     *
     * @param spooled on the pool's file system; the caller hashed it and no longer changes it. Its name stays for the caller
     *     to delete.
     */
    Blob putArtifact(Digest artifact, Path spooled) throws IOException;

    /** For one import that nobody will name in the log at once. Its content is like any other when the staging is closed. */
    Staging stage() throws IOException;

    /** For content that an event will name. */
    PoolUse use();

    /**
     * Changes whenever content may have gone, or may go soon: whoever remembers what is here forgets it then. Cheap.
     */
    long changes();

    /**
     * A new empty file on the pool's file system, for a body that is being received: from there {@link Staging#publish} links
     * instead of copying. The caller deletes it; leftovers of a crash go when the pool opens.
     */
    Path newSpoolFile() throws IOException;

    /** Its content as a file of this machine, for who needs one. */
    LocalFile local(Blob blob) throws IOException;

    /** How content goes from it. */
    PoolGarbage garbage();

    /** Whether other processes may have it open: what they are about to name in the log isn't known here. */
    boolean isShared();

    /** All of it to be hashed again. */
    PoolScrub scrub(PoolScrub.Pace pace);

    @Override
    void close() throws IOException;
}
