package org.cloister.repo.mirror;

import java.util.Locale;
import org.cloister.repo.pool.Blob;
import org.cloister.repo.upstream.UpstreamException;

/** How the fetching of an artifact ended. */
public sealed interface Fetched {
    /** It is what its signed index says, durable in the pool. */
    record Stored(Blob blob) implements Fetched {}

    /**
     * The archive could not be reached, or lied. Nothing that wasn't verified can be read; what arrived of it is used by the next
     * attempt.
     *
     * @param rule a word for programs, such as {@code wrong-content}
     */
    record Failed(String rule, String detail, String remedy) implements Fetched {
        static Failed of(UpstreamException reason) {
            return new Failed(
                    reason.problem().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    String.valueOf(reason.getMessage()),
                    "ask again; if it stays so, synchronize the mirror, or tell its archive's operator");
        }

        SyncResult.Failed result() {
            return new SyncResult.Failed(rule, detail, remedy);
        }
    }
}
