package org.cloister.agent.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cloister.events.RootName;
import org.cloister.events.layer.DeviceLayers;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.StoreLayout;

/** {@code STATE/device-layers}, which always names layers that the store has whole. One thread writes. */
public final class DeviceLayersFile {
    private final ObjectStore store;
    private final Path file;

    public DeviceLayersFile(ObjectStore store) {
        this.store = store;
        this.file = store.state().resolve(StoreLayout.DEVICE_LAYERS);
    }

    /**
     * Durable on return: {@code byDefault} for every root but those that are named.
     *
     * @return what it says now
     */
    public DeviceLayers write(Manifest byDefault, SortedMap<RootName, Manifest> roots) throws IOException {
        SortedMap<RootName, LayerId> layers = new TreeMap<>();
        for (Map.Entry<RootName, Manifest> root : roots.entrySet()) {
            layers.put(root.getKey(), stored(root.getValue()));
        }
        DeviceLayers all = new DeviceLayers(stored(byDefault), layers);
        Durability.writeAtomically(file, all.text().getBytes(StandardCharsets.UTF_8));
        return all;
    }

    private LayerId stored(Manifest manifest) throws IOException {
        LayerId id = manifest.id();
        return store.isIntact(id) ? id : store.putLayer(manifest);
    }
}
