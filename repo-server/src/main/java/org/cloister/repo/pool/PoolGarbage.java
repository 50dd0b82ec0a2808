package org.cloister.repo.pool;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;
import org.cloister.events.RequestId;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.jspecify.annotations.Nullable;

/**
 * What a pool has, and how content goes from it: first it is condemned, which changes nothing for who asks for it; later it is taken
 * away in a {@link Removal}, unless somebody wanted it in between. It decides nothing. One collector at a time; all else goes on.
 */
public final class PoolGarbage {
    private final PoolStore store;
    private final PoolTrash trash;
    private final InUse inUse;
    private final Condemned condemned;
    private final AtomicLong changes;
    /** Held by a removal from its begin to its end. */
    private final Semaphore removing = new Semaphore(1);
    /** Removals of this process that couldn't be brought back when they failed. */
    private final Set<RequestId> left = ConcurrentHashMap.newKeySet();

    PoolGarbage(PoolStore store, InUse inUse, AtomicLong changes) {
        this.store = store;
        this.trash = store.trash();
        this.inUse = inUse;
        this.condemned = new Condemned(store);
        this.changes = changes;
    }

    void load() throws IOException {
        inUse.load(condemned.read());
    }

    /** Every file, by kind and digest. What comes or goes meanwhile may be told or not. */
    public void each(ContentKind kind, Consumer<PoolFile> file) throws IOException {
        store.each(kind, file);
    }

    /**
     * The objects of a layer, none if it isn't here. Asking doesn't spare it.
     *
     * @throws IOException if the layer is damaged, naming it: then nobody knows what it needs
     */
    public void objects(LayerId layer, Consumer<Digest> object) throws IOException {
        Blob blob = store.find(ContentKind.LAYER, layer.digest()).orElse(null);
        if (blob == null) {
            return;
        }
        byte[] bytes;
        try {
            bytes = blob.bytes();
        } catch (NoSuchFileException e) {
            return;
        }
        if (!Digest.of(bytes).equals(layer.digest())) {
            throw new IOException("the stored layer " + layer + " is damaged, and nobody knows which objects it needs:"
                    + " publish its package again, then collect");
        }
        for (ManifestEntry entry : Manifest.parse(bytes).entries()) {
            if (entry.type() == EntryType.FILE) {
                object.accept(entry.object());
            }
        }
    }

    /**
     * These are condemned from now on, or from when they were before, and nothing else is. What is in use isn't.
     *
     * @param going each with {@link PoolFile#modified}
     * @return since when each is; durable
     */
    public Map<Digest, Instant> condemn(Map<Digest, Instant> going, Instant now) throws IOException {
        Map<Digest, Instant> marks = inUse.condemn(going, now);
        changes.incrementAndGet();
        condemned.write(marks);
        return marks;
    }

    /** Since when it is condemned, or null if it isn't. */
    public @Nullable Instant condemnedSince(Digest digest) {
        return inUse.condemnedSince(digest);
    }

    /** Waits for a removal that is on its way; then none takes anything until the answer is closed. Blocks. */
    public Hold hold() throws InterruptedException {
        removing.acquire();
        inUse.holdAll();
        removing.release();
        return inUse::releaseAll;
    }

    /** Nothing goes while it is open. */
    public interface Hold extends AutoCloseable {
        @Override
        void close();
    }

    /** Begins to take content away, which is told in the log by {@code id}. */
    public Removal remove(RequestId id, Instant condemnedBefore) throws IOException, InterruptedException {
        removing.acquire();
        boolean begun = false;
        try {
            for (RequestId earlier : List.copyOf(left)) {
                trash.bringBack(earlier);
                left.remove(earlier);
            }
            trash.begin(id);
            begun = true;
            return new Removal(id, condemnedBefore);
        } finally {
            if (!begun) {
                removing.release();
            }
        }
    }

    /**
     * What an earlier process took away without coming to the end of it.
     *
     * @param recorded whether the log tells of it: then it goes, else it comes back
     * @return how many were looked at
     */
    public int settle(Predicate<RequestId> recorded) throws IOException {
        List<RequestId> earlier = trash.removals();
        for (RequestId removal : earlier) {
            if (recorded.test(removal)) {
                trash.delete(removal);
            } else {
                trash.bringBack(removal);
            }
        }
        return earlier.size();
    }

    /**
     * Some content on its way out. Closing it without {@link #finish} brings everything back. One thread, from its begin to its end.
     */
    public final class Removal implements AutoCloseable {
        private final RequestId id;
        private final Instant condemnedBefore;
        private final List<PoolTrash.Taken> taken = new ArrayList<>();
        private boolean finished;

        private Removal(RequestId id, Instant condemnedBefore) {
            this.id = id;
            this.condemnedBefore = condemnedBefore;
        }

        /** Nobody finds it any more, if the answer is true: it was condemned long enough, and nobody wanted it. */
        public boolean take(ContentKind kind, Digest digest) throws IOException {
            boolean went = inUse.take(digest, condemnedBefore, () -> trash.take(id, kind, digest));
            if (went) {
                taken.add(new PoolTrash.Taken(kind, digest));
            }
            return went;
        }

        /** Durable: a crash from here on finds everything where it is now. Before the log is told. */
        public void settle() throws IOException {
            changes.incrementAndGet();
            trash.settle(id, taken);
        }

        /** After the log was told: the store gets its place back. */
        public void finish() throws IOException {
            finished = true;
            trash.delete(id);
        }

        @Override
        public void close() throws IOException {
            try {
                if (!finished) {
                    left.add(id);
                    trash.bringBack(id);
                    left.remove(id);
                }
            } finally {
                removing.release();
            }
        }
    }
}
