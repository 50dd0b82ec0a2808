package org.cloister.events;

import java.time.Instant;
import java.util.List;
import org.cloister.events.deb.PackageId;

/** What happened to a mirror of an upstream archive ({@code mirror:<name>}). */
public sealed interface MirrorEvent extends Event {
    <R> R match(Cases<R> cases);

    interface Cases<R> {
        R on(MirrorDefined event);

        R on(MirrorSynchronized event);

        R on(MirrorSyncFailed event);
    }

    /**
     * From now on this archive may be synchronized under {@code name}; a later definition replaces an earlier one.
     *
     * @param url the archive's root, above {@code dists/}
     * @param signedBy the ASCII-armored OpenPGP keys of which one must sign InRelease
     */
    record MirrorDefined(
            MirrorName name,
            String url,
            String suite,
            List<String> components,
            List<String> architectures,
            String signedBy)
            implements MirrorEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /**
     * A synchronization ended well.
     *
     * @param inRelease the digest of the verified InRelease file
     * @param date its Date field
     * @param requested what was asked for
     * @param published versions that were new here, already published by events before this one
     */
    record MirrorSynchronized(
            MirrorName name, Digest inRelease, Instant date, List<String> requested, List<PackageId> published)
            implements MirrorEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /** A synchronization failed; what was published before the failure stays. */
    record MirrorSyncFailed(MirrorName name, List<String> requested, String reason) implements MirrorEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }
}
