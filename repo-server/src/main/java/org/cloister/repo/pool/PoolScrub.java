package org.cloister.repo.pool;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.InstantSource;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;

/** Hashes everything in a pool again, slowly. What is added or removed meanwhile may be read or not. */
public final class PoolScrub {
    private static final int BUFFER = 256 * 1024;

    private final PoolStore store;
    private final Pace pace;

    /** Waits so long that the disk stays free for others. */
    @FunctionalInterface
    public interface Pace {
        /** @param bytes that were read since the last call */
        void read(long bytes) throws InterruptedException;
    }

    /** Hears of each file. */
    public interface Listener {
        void whole(long bytes);

        /** @param path in the pool */
        void damaged(String path, long bytes, String reason);
    }

    /** Of what a directory has, which no process need have open. */
    public PoolScrub(Path directory, Pace pace) {
        this(new DirectoryStore(new PoolLayout(directory), InstantSource.system()), pace);
    }

    PoolScrub(PoolStore store, Pace pace) {
        this.store = store;
        this.pace = pace;
    }

    /** @throws IOException if the store can't be listed or is away; a file that can't be read is damaged */
    public void run(Listener listener) throws IOException, InterruptedException {
        for (ContentKind kind : ContentKind.values()) {
            try {
                store.each(kind, file -> check(file, listener));
            } catch (Interrupted e) {
                throw e.interrupted;
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
    }

    /** Through a listing. */
    private static final class Interrupted extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final InterruptedException interrupted;

        Interrupted(InterruptedException interrupted) {
            super(interrupted);
            this.interrupted = interrupted;
        }
    }

    private void check(PoolFile file, Listener listener) {
        String place = store.place(file.kind(), file.digest());
        MessageDigest hash = Digest.sha256();
        long size = 0;
        try {
            Blob blob = store.find(file.kind(), file.digest()).orElse(null);
            if (blob == null) {
                return;
            }
            try (InputStream in = blob.open()) {
                byte[] buffer = new byte[BUFFER];
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    hash.update(buffer, 0, count);
                    size += count;
                    pace.read(count);
                }
            }
        } catch (NoSuchFileException e) {
            return;
        } catch (StoreAwayException e) {
            throw new UncheckedIOException(e);
        } catch (IOException e) {
            listener.damaged(place, size, "it can't be read: " + e.getMessage());
            return;
        } catch (InterruptedException e) {
            throw new Interrupted(e);
        }
        Digest found = Digest.ofHash(hash.digest());
        if (found.equals(file.digest())) {
            listener.whole(size);
        } else {
            listener.damaged(place, size, "its content has the digest " + found);
        }
    }
}
