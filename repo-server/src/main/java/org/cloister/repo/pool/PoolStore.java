package org.cloister.repo.pool;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;

/**
 * Where a pool's content is. It knows kinds and digests, and nothing of who needs what. What it was given is whole, or not visible; what
 * was acknowledged is durable and seen by every later question, of whichever process. Thread-safe; blocks. An {@link IOException} means
 * that it failed or can't be reached ({@link StoreAwayException}), never that content isn't here.
 */
public interface PoolStore extends AutoCloseable {
    Optional<Blob> find(ContentKind kind, Digest digest) throws IOException;

    /** Whether the object needn't be written again: it is here, and was verified within a day. */
    boolean isWhole(Digest object) throws IOException;

    /** One of these objects that isn't here. */
    Optional<Digest> missing(Collection<Digest> objects) throws IOException;

    /**
     * Durable and visible on return. After a failure any of it may be, each thing whole.
     *
     * @param arrived what was verified when it was written to these files, which may go by this
     * @param confirmed objects of which {@link #isWhole} said so; durable on return too
     */
    void put(ContentKind kind, Map<Digest, Path> arrived, Collection<Digest> confirmed) throws IOException;

    /** It was wanted now, as each kind that it is here as: {@link PoolFile#modified} says so from now on, also after a crash. */
    void renew(Digest digest, Instant now) throws IOException;

    /** Everything, by kind and digest. What comes or goes meanwhile may be told or not. Whatever the place has of its own isn't told. */
    void each(ContentKind kind, Consumer<PoolFile> file) throws IOException;

    /** Where in the pool it is, as people look for it. */
    String place(ContentKind kind, Digest digest);

    /** What {@link #keepCondemned} kept. */
    Optional<byte[]> condemned() throws IOException;

    /** Whole, or as before. Durable on return. */
    void keepCondemned(byte[] marks) throws IOException;

    /** How content goes. */
    PoolTrash trash();

    @Override
    void close();
}
