package org.cloister.events;

import java.time.Instant;
import java.util.List;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.PackageId;
import org.jspecify.annotations.Nullable;

/** What happened to a mirror of an upstream archive ({@code mirror:<name>}). */
public sealed interface MirrorEvent extends Event {
    <R> R match(Cases<R> cases);

    interface Cases<R> {
        R on(MirrorDefined event);

        R on(MirrorSynchronized event);

        R on(MirrorSyncFailed event);

        R on(PackagesListed event);

        R on(PackagesWithdrawn event);

        R on(MirrorIndexed event);
    }

    /**
     * From now on this archive may be synchronized under {@code name}; a later definition replaces an earlier one.
     *
     * @param url the archive's root, above {@code dists/}
     * @param signedBy the ASCII-armored OpenPGP keys of which one must sign InRelease
     * @param artifacts which of the packages that the archive lists are fetched
     * @param maxAgeDays an InRelease whose Date is older counts as that of a frozen archive; null: only its Valid-Until does
     */
    record MirrorDefined(
            MirrorName name,
            String url,
            String suite,
            List<String> components,
            List<String> architectures,
            String signedBy,
            ArtifactPolicy artifacts,
            @Nullable Integer maxAgeDays)
            implements MirrorEvent {
        /** One that fetches what is asked for, and believes an InRelease as long as that says. */
        public MirrorDefined(
                MirrorName name,
                String url,
                String suite,
                List<String> components,
                List<String> architectures,
                String signedBy) {
            this(name, url, suite, components, architectures, signedBy, ArtifactPolicy.CLOSURES, null);
        }

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

    /**
     * A page of what a mirror's complete indexes list and didn't list before. It counts from the {@link MirrorIndexed} on that
     * ends its synchronization and stands in the same batch. What is listed again under the same component and id replaces
     * what was.
     *
     * @param architectures of the indexes that list these packages, in order; more than one for those of architecture all
     * @param stanzas theirs, in the same order, with an empty line between two: base64 of a Zstandard frame (RFC 8878)
     */
    record PackagesListed(
            MirrorName name, String component, List<Architecture> architectures, List<Entry> listed, String stanzas)
            implements MirrorEvent {
        /** The most bytes of a payload, so that it is carried by a broker as it is configured by default (1 MB a message). */
        public static final int MAX_BYTES = 256 * 1024;

        /**
         * What an index says of one package.
         *
         * @param artifact of the package file
         * @param size its bytes
         * @param filename where it is below the archive's root
         */
        public record Entry(PackageId id, Digest artifact, long size, String filename) {}

        public PackagesListed {
            architectures = List.copyOf(architectures);
            listed = List.copyOf(listed);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /** Packages that a component's indexes no longer list, from the {@link MirrorIndexed} on that ends the synchronization. */
    record PackagesWithdrawn(MirrorName name, String component, List<PackageId> withdrawn) implements MirrorEvent {
        public PackagesWithdrawn {
            withdrawn = List.copyOf(withdrawn);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /**
     * A synchronization of a mirror's complete indexes ended well: what the pages before it in its batch say counts now.
     *
     * @param inRelease the digest of the verified InRelease file
     * @param date its Date field
     * @param listed how many packages are new or listed anew
     * @param withdrawn how many are listed no longer
     * @param total how many are listed now
     */
    record MirrorIndexed(MirrorName name, Digest inRelease, Instant date, int listed, int withdrawn, int total)
            implements MirrorEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }
}
