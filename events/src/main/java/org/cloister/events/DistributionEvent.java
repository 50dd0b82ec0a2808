package org.cloister.events;

import java.util.List;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.PackageId;
import org.jspecify.annotations.Nullable;

/** What happened to a distribution, which stock apt reads ({@code distribution:<name>}). */
public sealed interface DistributionEvent extends Event {
    <R> R match(Cases<R> cases);

    interface Cases<R> {
        R on(DistributionDefined event);

        R on(PackagesIncluded event);

        R on(PackagesExcluded event);

        R on(DistributionPromoted event);

        R on(DistributionRolledBack event);
    }

    /**
     * From now on the distribution follows what is named here; a later definition replaces an earlier one, and ends what a
     * promotion or a rollback held.
     *
     * @param components packages of others are left out, as those of other architectures are
     * @param uploads whether every uploaded package is in it without being included
     * @param verbatim whether the one mirror is served as upstream signed it
     * @param open whether it is read without a token
     */
    record DistributionDefined(
            DistributionName name,
            List<MirrorName> mirrors,
            boolean uploads,
            boolean verbatim,
            List<String> components,
            List<Architecture> architectures,
            ReleaseFields release,
            boolean open)
            implements DistributionEvent {
        public DistributionDefined {
            mirrors = List.copyOf(mirrors);
            components = List.copyOf(components);
            architectures = List.copyOf(architectures);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /**
     * What its Release file says beside what is in it (Debian wiki, "DebianRepository/Format").
     *
     * @param validDays until a client takes a Release for expired, or null for never
     * @param address the repository's as clients reach it, for {@code Snapshots}; null leaves that field out
     */
    record ReleaseFields(
            String origin,
            String label,
            String suite,
            String codename,
            String description,
            @Nullable Integer validDays,
            @Nullable String address) {}

    /** These are in it, whatever it follows. */
    record PackagesIncluded(DistributionName name, String component, List<PackageId> packages)
            implements DistributionEvent {
        public PackagesIncluded {
            packages = List.copyOf(packages);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /** These are not in it, whatever it follows, until they are included. */
    record PackagesExcluded(DistributionName name, List<PackageId> packages, String reason)
            implements DistributionEvent {
        public PackagesExcluded {
            packages = List.copyOf(packages);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /** {@code to} has what {@code from} had after the event at {@code asOf}, and follows nothing until it is defined again. */
    record DistributionPromoted(DistributionName from, DistributionName to, Position asOf)
            implements DistributionEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /** It has what it had after the event at {@code to}, and follows nothing until it is defined again. */
    record DistributionRolledBack(DistributionName name, Position to, String reason) implements DistributionEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }
}
