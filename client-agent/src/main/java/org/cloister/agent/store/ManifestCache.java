package org.cloister.agent.store;

import java.util.LinkedHashMap;
import java.util.Map;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;

/** The manifests used last, as many as have {@code limit} entries together. Not thread-safe. */
final class ManifestCache extends LinkedHashMap<LayerId, Manifest> {
    private static final long serialVersionUID = 1;
    private static final int INITIAL = 64;
    private static final float LOAD = 0.75f;

    private final int limit;
    private int entries;

    ManifestCache(int limit) {
        super(INITIAL, LOAD, true);
        this.limit = limit;
    }

    @Override
    public Manifest put(LayerId layer, Manifest manifest) {
        Manifest before = super.put(layer, manifest);
        entries += manifest.entries().size()
                - (before == null ? 0 : before.entries().size());
        while (entries > limit && size() > 1) {
            Map.Entry<LayerId, Manifest> eldest = entrySet().iterator().next();
            entries -= eldest.getValue().entries().size();
            remove(eldest.getKey());
        }
        return before;
    }
}
