package org.cloister.fuse.state;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.cloister.events.layer.LayerId;

/** Layers as text, the lowest first. */
final class LayerText {
    private LayerText() {}

    static String of(List<LayerId> layers) {
        return layers.stream().map(LayerId::toString).collect(Collectors.joining(" "));
    }

    static List<LayerId> parse(String text) {
        return text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(" ")).map(LayerId::parse).toList();
    }
}
