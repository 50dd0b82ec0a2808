package org.cloister.repo.retention;

import org.cloister.events.ClosureEvent.ClosureConfigured;
import org.cloister.events.Digest;
import org.cloister.events.Event;
import org.cloister.events.MirrorEvent.MirrorIndexed;
import org.cloister.events.MirrorEvent.MirrorSynchronized;
import org.cloister.events.MirrorName;
import org.cloister.events.PackageEvent;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PackageEvent.PackageRestored;
import org.cloister.events.PackageEvent.PackageSigned;
import org.cloister.events.PackageEvent.PackageYanked;
import org.cloister.events.PoolEvent;
import org.cloister.events.PoolEvent.ContentCollected;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.ClosureId;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.decide.PoolState;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;
import org.pcollections.PVector;
import org.pcollections.TreePVector;

/**
 * What the log says of content beside what hosts and distributions have. Immutable.
 *
 * @param rules retention and holds
 * @param packages every version that was ever published
 * @param configured the layer of each closure that was configured, the last one
 * @param indexed of each mirror, when it was listed, in order
 * @param signed what archives signed: InRelease files
 * @param records manifests of what was collected, in order
 */
public record RetentionState(
        PoolState rules,
        PMap<PackageId, PackageLife> packages,
        PMap<ClosureId, LayerId> configured,
        PMap<MirrorName, PVector<Occurrence>> indexed,
        PSet<Digest> signed,
        PVector<Recorded> records) {
    public static final RetentionState EMPTY = new RetentionState(
            PoolState.EMPTY,
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePSet.empty(),
            TreePVector.empty());

    /** A collection that was recorded. */
    public record Recorded(ContentCollected event, Occurrence at) {}

    public RetentionState evolve(Occurrence at, Event event) {
        if (event instanceof PackageEvent change) {
            return withPackages(change.match(new Packages(packages, at)));
        }
        if (event instanceof ClosureConfigured done) {
            return new RetentionState(
                    rules, packages, configured.plus(done.closure(), done.layer()), indexed, signed, records);
        }
        if (event instanceof MirrorIndexed listing) {
            PVector<Occurrence> all = indexed.getOrDefault(listing.name(), TreePVector.empty());
            return new RetentionState(
                    rules,
                    packages,
                    configured,
                    indexed.plus(listing.name(), all.plus(at)),
                    signed.plus(listing.inRelease()),
                    records);
        }
        if (event instanceof MirrorSynchronized done) {
            return new RetentionState(rules, packages, configured, indexed, signed.plus(done.inRelease()), records);
        }
        if (event instanceof PoolEvent change) {
            PVector<Recorded> more =
                    change instanceof ContentCollected collected ? records.plus(new Recorded(collected, at)) : records;
            return new RetentionState(rules.evolve(at, change), packages, configured, indexed, signed, more);
        }
        return this;
    }

    private RetentionState withPackages(PMap<PackageId, PackageLife> changed) {
        return new RetentionState(rules, changed, configured, indexed, signed, records);
    }

    private record Packages(PMap<PackageId, PackageLife> before, Occurrence at)
            implements PackageEvent.Cases<PMap<PackageId, PackageLife>> {
        @Override
        public PMap<PackageId, PackageLife> on(PackagePublished event) {
            return before.plus(event.id(), PackageLife.published(event, at));
        }

        @Override
        public PMap<PackageId, PackageLife> on(PackageYanked event) {
            PackageLife life = before.get(event.id());
            return life == null ? before : before.plus(event.id(), life.yanked(at, event.reason()));
        }

        @Override
        public PMap<PackageId, PackageLife> on(PackageRestored event) {
            PackageLife life = before.get(event.id());
            return life == null ? before : before.plus(event.id(), life.restored(at));
        }

        @Override
        public PMap<PackageId, PackageLife> on(PackageSigned event) {
            return before;
        }
    }
}
