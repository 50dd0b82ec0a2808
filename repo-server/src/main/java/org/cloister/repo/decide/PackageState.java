package org.cloister.repo.decide;

import org.cloister.events.PackageEvent;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PackageEvent.PackageRestored;
import org.cloister.events.PackageEvent.PackageSigned;
import org.cloister.events.PackageEvent.PackageYanked;
import org.cloister.events.PublisherKeyId;
import org.cloister.events.deb.PackageId;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;

/** All that was published under one name. Immutable. */
public record PackageState(PMap<PackageId, Published> versions) {
    public static final PackageState EMPTY = new PackageState(HashTreePMap.empty());

    /**
     * One version.
     *
     * @param yankedFor the reason for which it is yanked, or null
     * @param signers the keys that signed its artifact
     */
    public record Published(
            PackagePublished event,
            Occurrence published,
            @Nullable String yankedFor,
            PSet<PublisherKeyId> signers) {
        public boolean yanked() {
            return yankedFor != null;
        }

        Published yankedFor(@Nullable String reason) {
            return new Published(event, published, reason, signers);
        }

        Published signedBy(PublisherKeyId key) {
            return new Published(event, published, yankedFor, signers.plus(key));
        }
    }

    public PackageState evolve(Occurrence at, PackageEvent event) {
        return event.match(new Evolution(this, at));
    }

    public @Nullable Published version(PackageId id) {
        return versions.get(id);
    }

    private PackageState withYank(PackageId id, @Nullable String reason) {
        Published published = versions.get(id);
        return published == null ? this : new PackageState(versions.plus(id, published.yankedFor(reason)));
    }

    private record Evolution(PackageState state, Occurrence at) implements PackageEvent.Cases<PackageState> {
        @Override
        public PackageState on(PackagePublished event) {
            return new PackageState(
                    state.versions.plus(event.id(), new Published(event, at, null, HashTreePSet.empty())));
        }

        @Override
        public PackageState on(PackageYanked event) {
            return state.withYank(event.id(), event.reason());
        }

        @Override
        public PackageState on(PackageRestored event) {
            return state.withYank(event.id(), null);
        }

        @Override
        public PackageState on(PackageSigned event) {
            Published published = state.versions.get(event.id());
            return published == null
                    ? state
                    : new PackageState(state.versions.plus(event.id(), published.signedBy(event.key())));
        }
    }
}
