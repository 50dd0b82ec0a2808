package org.cloister.agent.integrity;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.cloister.agent.image.HostImage;
import org.cloister.agent.image.LinkedRoot;
import org.cloister.agent.store.ObjectStore;
import org.cloister.events.Digest;
import org.cloister.events.RootName;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.ManifestEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the present roots use an object. */
final class Places {
    private static final Logger LOG = LoggerFactory.getLogger(Places.class);

    private final ObjectStore store;
    private final Supplier<HostImage> image;

    Places(ObjectStore store, Supplier<HostImage> image) {
        this.store = store;
        this.image = image;
    }

    /** The first place of several. */
    record Place(RootName root, String path) {}

    /** One place of each that has any. Looks through every manifest until all are found. */
    Map<Digest, Place> of(Set<Digest> objects) {
        Map<Digest, Place> places = new HashMap<>();
        Set<LayerId> seen = new HashSet<>();
        for (LinkedRoot root : image.get().roots().values()) {
            for (LayerId layer : root.generationRoot().layers()) {
                if (places.size() < objects.size() && seen.add(layer)) {
                    look(layer, root.target().root(), objects, places);
                }
            }
        }
        return places;
    }

    private void look(LayerId layer, RootName root, Set<Digest> objects, Map<Digest, Place> places) {
        try {
            for (ManifestEntry entry : store.manifest(layer).entries()) {
                if (entry.type() == EntryType.FILE && objects.contains(entry.object())) {
                    places.putIfAbsent(entry.object(), new Place(root, entry.path()));
                }
            }
        } catch (IOException e) {
            LOG.warn("{}", e.getMessage());
        }
    }
}
