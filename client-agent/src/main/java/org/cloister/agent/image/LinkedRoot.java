package org.cloister.agent.image;

import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.layer.Generation;
import org.cloister.events.layer.LayerId;

/** A root that the host has, with the configured layer that lies on top of its closure's layers. */
public record LinkedRoot(RootTarget target, LayerId configured) {
    public Generation.Root generationRoot() {
        return Generation.Root.of(target.root(), target.closure(), configured);
    }
}
