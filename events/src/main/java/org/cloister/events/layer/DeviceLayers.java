package org.cloister.events.layer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;

/**
 * Which device layer stands on top of which root of a host ({@code docs/protocol.md}, "Device layers"). Beside the generation and
 * no part of it: what is plugged in changes neither what is installed nor its digest.
 *
 * @param byDefault of every root that isn't named; null: such a root has none
 * @param roots of the roots that are named
 */
public record DeviceLayers(@Nullable LayerId byDefault, SortedMap<RootName, LayerId> roots) {
    /** The directory that a device layer is about. */
    public static final String DIRECTORY = "dev";
    /** An extended attribute of that directory, which makes a layer a device layer. */
    public static final String MARK = "trusted.cloister.devices";

    /** No root has one. */
    public static final DeviceLayers NONE = new DeviceLayers(null, new TreeMap<>());

    private static final String HEADER = "cloister-devices 1";
    private static final String DEFAULT = "default ";
    private static final String ROOT = "root ";

    public DeviceLayers {
        roots = Collections.unmodifiableSortedMap(new TreeMap<>(roots));
    }

    /** What is to be stacked: each root's layers, and its device layer as the last. */
    public Generation on(Generation generation) {
        List<Generation.Root> composed = new ArrayList<>();
        for (Generation.Root root : generation.roots()) {
            LayerId devices = roots.getOrDefault(root.name(), byDefault);
            List<LayerId> layers = new ArrayList<>(root.layers());
            if (devices != null) {
                layers.add(devices);
            }
            composed.add(new Generation.Root(root.name(), layers));
        }
        return new Generation(generation.position(), composed);
    }

    public String text() {
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        if (byDefault != null) {
            text.append(DEFAULT).append(byDefault).append('\n');
        }
        roots.forEach((root, layer) ->
                text.append(ROOT).append(root).append(' ').append(layer).append('\n'));
        return text.toString();
    }

    /** @throws IllegalArgumentException if {@code text} isn't of version 1, or is cut */
    public static DeviceLayers parse(String text) {
        List<String> lines = text.lines().toList();
        if (lines.isEmpty() || !lines.get(0).equals(HEADER) || !text.endsWith("\n")) {
            throw new IllegalArgumentException("not device layers of version 1, or cut");
        }
        LayerId byDefault = null;
        SortedMap<RootName, LayerId> roots = new TreeMap<>();
        for (String line : lines.subList(1, lines.size())) {
            int space = line.lastIndexOf(' ');
            if (line.startsWith(DEFAULT) && byDefault == null) {
                byDefault = LayerId.parse(line.substring(DEFAULT.length()));
            } else if (line.startsWith(ROOT) && space > ROOT.length()) {
                RootName name = new RootName(line.substring(ROOT.length(), space));
                if (roots.put(name, LayerId.parse(line.substring(space + 1))) != null) {
                    throw new IllegalArgumentException("twice among the device layers: " + name);
                }
            } else {
                throw new IllegalArgumentException("not a line of device layers: " + line);
            }
        }
        return new DeviceLayers(byDefault, roots);
    }
}
