package org.cloister.repo.resolve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.cloister.events.deb.PackageName;

/**
 * An immutable map from names to candidates. A changed copy shares all but one of its {@value #BUCKETS} buckets with the
 * original, so it costs microseconds however large the map is.
 */
final class NameMap {
    /** About 15 names each when a whole suite is in the map. */
    private static final int BUCKETS = 4096;

    private static final Entry[] NONE = {};

    static final NameMap EMPTY = new NameMap(new Entry[BUCKETS][]);

    private record Entry(PackageName name, List<Candidate> candidates) {}

    private final Entry[][] buckets;

    private NameMap(Entry[][] buckets) {
        this.buckets = buckets;
    }

    static NameMap of(Map<PackageName, List<Candidate>> candidates) {
        List<List<Entry>> filling = new ArrayList<>(Collections.nCopies(BUCKETS, List.of()));
        candidates.forEach((name, list) -> {
            int index = index(name);
            if (filling.get(index).isEmpty()) {
                filling.set(index, new ArrayList<>());
            }
            filling.get(index).add(new Entry(name, List.copyOf(list)));
        });
        return new NameMap(filling.stream()
                .map(bucket -> bucket.isEmpty() ? NONE : bucket.toArray(NONE))
                .toArray(Entry[][]::new));
    }

    List<Candidate> get(PackageName name) {
        for (Entry entry : bucket(name)) {
            if (entry.name.equals(name)) {
                return entry.candidates;
            }
        }
        return List.of();
    }

    /** A copy in which {@code name} has these candidates; with none of them, the name is gone. */
    NameMap with(PackageName name, List<Candidate> candidates) {
        Entry[] old = bucket(name);
        Entry[] kept =
                Arrays.stream(old).filter(entry -> !entry.name.equals(name)).toArray(Entry[]::new);
        Entry[] bucket = kept;
        if (!candidates.isEmpty()) {
            bucket = Arrays.copyOf(kept, kept.length + 1);
            bucket[kept.length] = new Entry(name, List.copyOf(candidates));
        }
        Entry[][] copy = buckets.clone();
        copy[index(name)] = bucket;
        return new NameMap(copy);
    }

    Stream<Candidate> all() {
        return Arrays.stream(buckets)
                .filter(bucket -> bucket != null)
                .flatMap(Arrays::stream)
                .flatMap(entry -> entry.candidates.stream());
    }

    private Entry[] bucket(PackageName name) {
        Entry[] bucket = buckets[index(name)];
        return bucket == null ? NONE : bucket;
    }

    private static int index(PackageName name) {
        int hash = name.text().hashCode();
        return (hash ^ hash >>> 16) & (BUCKETS - 1);
    }
}
