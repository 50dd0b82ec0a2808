package org.cloister.repo.apt;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cloister.events.DistributionName;
import org.cloister.events.Position;
import org.cloister.repo.decide.DistributionSnapshot;

/** States that aren't current, as they were published, or made now if they never were. Thread-safe, blocks. */
final class PastPublications {
    /** Clients of a past state ask for several of its files. */
    private static final int MAX_KEPT = 64;

    private record Key(DistributionName name, Position position) {}

    private final PublicationStore store;
    private final PublicationBuilder builder;
    private final Map<Key, Publication> kept = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Publication> eldest) {
            return size() > MAX_KEPT;
        }
    };

    PastPublications(PublicationStore store, PublicationBuilder builder) {
        this.store = store;
        this.builder = builder;
    }

    /** Those that may be asked for without being looked for. */
    synchronized List<Publication> kept() {
        return List.copyOf(kept.values());
    }

    /** One at a time: a state that many ask for is made once. */
    synchronized Publication find(DistributionSnapshot snapshot) throws IOException {
        Key key = new Key(snapshot.definition().name(), snapshot.at().position());
        Publication known = kept.get(key);
        if (known == null) {
            var before = store.load(snapshot);
            if (before.isPresent()) {
                known = before.get();
            } else {
                known = builder.build(snapshot, false);
                if (!snapshot.definition().verbatim()) {
                    store.save(known);
                }
            }
            kept.put(key, known);
        }
        return known;
    }
}
