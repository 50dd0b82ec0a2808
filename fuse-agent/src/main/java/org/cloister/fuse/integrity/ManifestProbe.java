package org.cloister.fuse.integrity;

import org.cloister.events.layer.LayerId;

/** Looks at the manifest of a layer on the disk. What is served is in memory; what is on the disk counts at the next start. */
public interface ManifestProbe {
    /** What is found is known to everybody when it returns, by the digest of the layer. */
    boolean isManifestWhole(LayerId layer, Throttle throttle) throws InterruptedException;
}
