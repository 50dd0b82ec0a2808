package org.cloister.repo.mirror;

import java.io.IOException;
import java.io.InputStream;
import org.cloister.events.Digest;
import org.cloister.repo.pool.Pool;
import org.cloister.repo.pool.PutResult;
import org.cloister.repo.upstream.Evidence;

/** Keeps what archives signed as objects of the pool: some megabytes for each state of a suite. */
public record PooledEvidence(Pool pool) implements Evidence {
    @Override
    public boolean has(Digest digest) {
        return pool.object(digest).isPresent();
    }

    @Override
    public void keep(Digest digest, InputStream content) throws IOException {
        if (!has(digest) && pool.putObject(digest, content) instanceof PutResult.Refused refused) {
            throw new IOException("what an archive signed can't be kept: " + refused.detail());
        }
    }
}
