package org.cloister.repo.upstream;

import java.io.IOException;
import java.io.InputStream;
import org.cloister.events.Digest;

/** Keeps what an archive signed, so that others can be shown what came from there. */
public interface Evidence {
    /** Keeps nothing. */
    Evidence NONE = new Evidence() {
        @Override
        public boolean has(Digest digest) {
            return true;
        }

        @Override
        public void keep(Digest digest, InputStream content) {
            // nobody asks for it
        }
    };

    boolean has(Digest digest);

    /** Durable on return. @param content read to its end, or not at all if it is kept already */
    void keep(Digest digest, InputStream content) throws IOException;
}
