package org.cloister.events;

import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.LayerId;
import org.jspecify.annotations.Nullable;

/** What happened to a package name ({@code package:<name>}). */
public sealed interface PackageEvent extends Event {
    <R> R match(Cases<R> cases);

    interface Cases<R> {
        R on(PackagePublished event);

        R on(PackageYanked event);

        R on(PackageRestored event);

        R on(PackageSigned event);
    }

    /**
     * A version can be installed from now on; its artifact and layer are durable in the pool.
     *
     * @param control the control paragraph exactly as shipped (deb822, one paragraph, ends with a newline)
     * @param mirror where it came from, or null for an upload
     */
    record PackagePublished(
            PackageId id,
            Digest artifact,
            long artifactSize,
            LayerId layer,
            String control,
            @Nullable MirrorName mirror)
            implements PackageEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /** No new closure may choose this version; hosts that have it keep it. */
    record PackageYanked(PackageId id, String reason) implements PackageEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /** A yanked version can be chosen again. */
    record PackageRestored(PackageId id, String reason) implements PackageEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /**
     * Its publisher signed the artifact. The key was registered and not revoked when this was recorded, and the signature was verified.
     *
     * @param artifact the content of the version {@code id}
     * @param signature over {@link org.cloister.events.sign.PackageStatement}, as {@link org.cloister.events.sign.DetachedSignature}
     *     reads it
     */
    record PackageSigned(PackageId id, Digest artifact, Principal publisher, PublisherKeyId key, String signature)
            implements PackageEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }
}
