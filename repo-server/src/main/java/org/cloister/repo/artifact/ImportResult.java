package org.cloister.repo.artifact;

import org.cloister.events.Digest;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.LayerId;

/** How the import of a package file ended. */
public sealed interface ImportResult {
    /**
     * Artifact, layer and objects are durable in the pool.
     *
     * @param artifactSize bytes of the file
     * @param control the control paragraph exactly as shipped, ending with a newline
     */
    record Imported(PackageId id, Digest artifact, long artifactSize, LayerId layer, String control)
            implements ImportResult {}

    /** Nothing of it is in the pool. The detail says what was found where, for people. */
    record Refused(Refusal rule, String detail) implements ImportResult {}
}
