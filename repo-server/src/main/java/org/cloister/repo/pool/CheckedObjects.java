package org.cloister.repo.pool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.cloister.events.Digest;

/**
 * Which stored objects this process wrote or hashed within the last day, and knows to be durable. Any other object is hashed
 * again before a second path is given to it, so that deduplication can't spread damage. Thread-safe.
 */
public final class CheckedObjects {
    /** Disks rot slowly; a day bounds how much a busy repository hashes again. */
    private static final Duration TRUST = Duration.ofDays(1);

    /** About 20 MB of memory. When full all is forgotten, which costs hashing and nothing else. */
    private static final int LIMIT = 100_000;

    private static final int BUFFER = 64 * 1024;

    private final Map<Digest, Instant> checked = new ConcurrentHashMap<>();
    private final InstantSource clock;

    public CheckedObjects(InstantSource clock) {
        this.clock = clock;
    }

    /** Whether it was added within the last day. */
    public boolean contains(Digest digest) {
        Instant at = checked.get(digest);
        return at != null && at.plus(TRUST).isAfter(clock.instant());
    }

    /** Call when the object is verified and durable, not before. */
    public void add(Digest digest) {
        if (checked.size() >= LIMIT) {
            checked.clear();
        }
        checked.put(digest, clock.instant());
    }

    static boolean isIntact(Path file, Digest digest) throws IOException {
        MessageDigest hash = Digest.sha256();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), hash)) {
            while (in.read(buffer) >= 0) {
                // the digest is all that counts
            }
        }
        return Digest.ofHash(hash.digest()).equals(digest);
    }
}
