package org.cloister.agent.image;

import java.util.ArrayList;
import java.util.List;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.layer.BaseLayer;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.Generation;
import org.cloister.events.layer.LayerId;

/** A root that the host has, with the configured layer that lies on top of its closure's layers. */
public record LinkedRoot(RootTarget target, LayerId configured) {
    private static final LayerId BASE = BaseLayer.manifest().id();

    /** The base layer, the closure's layers in configuration order, the configured layer. */
    public Generation.Root generationRoot() {
        List<LayerId> layers = new ArrayList<>(layersBelow(target.closure()));
        layers.add(configured);
        return new Generation.Root(target.root(), layers);
    }

    /** What lies below the configured layer, the lowest first. */
    public static List<LayerId> layersBelow(Closure closure) {
        List<LayerId> layers = new ArrayList<>(closure.packages().size() + 1);
        layers.add(BASE);
        closure.packages().forEach(member -> layers.add(member.layer()));
        return layers;
    }
}
