package org.cloister.repo.s3;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;
import org.cloister.events.RequestId;
import org.cloister.events.layer.StoreLayout;
import org.cloister.repo.pool.Blob;
import org.cloister.repo.pool.CheckedObjects;
import org.cloister.repo.pool.Parallel;
import org.cloister.repo.pool.PoolFile;
import org.cloister.repo.pool.PoolStore;
import org.cloister.repo.pool.PoolTrash;
import org.jspecify.annotations.Nullable;

/**
 * Content in a bucket, under the names that a directory has: {@code objects/ab/<hex>}, {@code layers/…}, {@code artifacts/…},
 * {@code removed/<request>/<kind>-<hex>}, {@code condemned}. Counts on a store that shows what it acknowledged to every later request, and
 * on clocks that agree to the second. What isn't known to have been written within a day is written again rather than read back: that costs
 * the same, and mends what was damaged.
 */
public final class S3Store implements PoolStore, PoolTrash {
    /** A package has thousands of small files, each a request that mostly waits. */
    static final int WIDTH = 16;

    /** Five million condemned things. */
    private static final int MAX_CONDEMNED = 512 << 20;

    private static final String CONDEMNED = "condemned";
    private static final String REMOVED = "removed/";
    private static final Pattern KEY = Pattern.compile("[a-z]+/([0-9a-f]{2})/(\\1[0-9a-f]{62})");
    private static final Pattern ASIDE = Pattern.compile("removed/[^/]+/(artifact|layer|object)-([0-9a-f]{64})");
    private static final Pattern REQUEST = Pattern.compile("[A-Za-z0-9-]{1,64}");

    private final Bucket bucket;
    private final Parallel threads = new Parallel("pool-s3", WIDTH);
    private final CheckedObjects objects;
    private final CheckedObjects artifacts;

    private S3Store(Bucket bucket, InstantSource clock) {
        this.bucket = bucket;
        this.objects = new CheckedObjects(clock);
        this.artifacts = new CheckedObjects(clock);
    }

    /**
     * @param told the file that says which bucket is this state directory's
     * @throws IOException also if the bucket isn't there, can't be written, or belongs to another repository
     */
    public static S3Store open(S3Settings settings, Path told, InstantSource clock) throws IOException {
        Bucket bucket = new Bucket(settings);
        boolean opened = false;
        try {
            new Ownership(bucket, settings.place()).claim(told);
            opened = true;
            return new S3Store(bucket, clock);
        } finally {
            if (!opened) {
                bucket.close();
            }
        }
    }

    private record InBucket(Bucket bucket, String key) implements Blob.Content {
        @Override
        public byte[] read(long offset, int length) throws IOException {
            return length == 0 ? new byte[0] : bucket.read(key, offset, length);
        }

        @Override
        public @Nullable Path file() {
            return null;
        }
    }

    @Override
    public String place(ContentKind kind, Digest digest) {
        return kind.text() + "s/" + StoreLayout.fanOut(digest);
    }

    @Override
    public Optional<Blob> find(ContentKind kind, Digest digest) throws IOException {
        String key = place(kind, digest);
        return bucket.stat(key).map(stat -> new Blob(new InBucket(bucket, key), stat.size(), stat.modified()));
    }

    @Override
    public boolean isWhole(Digest object) throws IOException {
        return objects.contains(object)
                && bucket.stat(place(ContentKind.OBJECT, object)).isPresent();
    }

    @Override
    public Optional<Digest> missing(Collection<Digest> wanted) throws IOException {
        AtomicReference<Digest> missing = new AtomicReference<>();
        threads.each(List.copyOf(wanted), object -> {
            if (missing.get() == null
                    && bucket.stat(place(ContentKind.OBJECT, object)).isEmpty()) {
                missing.set(object);
            }
        });
        return Optional.ofNullable(missing.get());
    }

    @Override
    public void put(ContentKind kind, Map<Digest, Path> arrived, Collection<Digest> confirmed) throws IOException {
        threads.each(List.copyOf(arrived.entrySet()), each -> put(kind, each.getKey(), each.getValue()));
    }

    private void put(ContentKind kind, Digest digest, Path file) throws IOException {
        String key = place(kind, digest);
        if (kind == ContentKind.ARTIFACT
                && artifacts.contains(digest)
                && bucket.stat(key).isPresent()) {
            return;
        }
        bucket.put(key, file, digest);
        if (kind != ContentKind.LAYER) {
            (kind == ContentKind.OBJECT ? objects : artifacts).add(digest);
        }
    }

    @Override
    public void renew(Digest digest, Instant now) throws IOException {
        for (ContentKind kind : ContentKind.values()) {
            bucket.touch(place(kind, digest), now);
        }
    }

    @Override
    public void each(ContentKind kind, Consumer<PoolFile> file) throws IOException {
        bucket.list(kind.text() + "s/", (key, stat) -> {
            Matcher name = KEY.matcher(key);
            if (name.matches()) {
                // The store tells whole seconds: it was wanted at the latest then.
                file.accept(new PoolFile(
                        kind,
                        new Digest(name.group(2)),
                        stat.size(),
                        stat.modified().plusSeconds(1)));
            }
        });
    }

    @Override
    public Optional<byte[]> condemned() throws IOException {
        return bucket.read(CONDEMNED, MAX_CONDEMNED);
    }

    @Override
    public void keepCondemned(byte[] marks) throws IOException {
        bucket.put(CONDEMNED, marks);
    }

    @Override
    public PoolTrash trash() {
        return this;
    }

    private static String aside(RequestId removal) {
        return REMOVED + removal.text() + "/";
    }

    @Override
    public List<RequestId> removals() throws IOException {
        List<RequestId> removals = new ArrayList<>();
        bucket.listDirectories(REMOVED, name -> {
            if (REQUEST.matcher(name).matches()) {
                removals.add(new RequestId(name));
            }
        });
        return removals;
    }

    /** There is nothing to begin: a bucket has no directories. */
    @Override
    public void begin(RequestId removal) {}

    /** First the copy, then the place: a crash in between leaves both, and bringing back deletes the copy. */
    @Override
    public boolean take(RequestId removal, ContentKind kind, Digest digest) throws IOException {
        String key = place(kind, digest);
        if (!bucket.copy(key, aside(removal) + kind.text() + "-" + digest.hex())) {
            return false;
        }
        bucket.delete(key);
        return true;
    }

    /** What the store acknowledged is durable. */
    @Override
    public void settle(RequestId removal, Collection<Taken> taken) {}

    @Override
    public void bringBack(RequestId removal) throws IOException {
        threads.each(listed(removal), key -> {
            Matcher name = ASIDE.matcher(key);
            if (name.matches()) {
                String place = place(ContentKind.parse(name.group(1)), new Digest(name.group(2)));
                if (bucket.stat(place).isEmpty()) {
                    bucket.copy(key, place);
                }
                bucket.delete(key);
            }
        });
    }

    @Override
    public void delete(RequestId removal) throws IOException {
        threads.each(listed(removal), bucket::delete);
    }

    private List<String> listed(RequestId removal) throws IOException {
        List<String> keys = new ArrayList<>();
        bucket.list(aside(removal), (key, stat) -> keys.add(key));
        return keys;
    }

    @Override
    public void close() {
        threads.close();
        bucket.close();
    }
}
