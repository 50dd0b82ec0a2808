package org.cloister.repo.decide;

import org.cloister.events.PackageEvent;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PackageEvent.PackageRestored;
import org.cloister.events.PackageEvent.PackageYanked;
import org.cloister.events.deb.PackageId;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** All that was published under one name. Immutable. */
public record PackageState(PMap<PackageId, Published> versions) implements PackageEvent.Cases<PackageState> {
    public static final PackageState EMPTY = new PackageState(HashTreePMap.empty());

    /**
     * One version.
     *
     * @param yankedFor the reason for which it is yanked, or null
     */
    public record Published(
            PackagePublished event, @Nullable String yankedFor) {
        public boolean yanked() {
            return yankedFor != null;
        }
    }

    public PackageState evolve(PackageEvent event) {
        return event.match(this);
    }

    public @Nullable Published version(PackageId id) {
        return versions.get(id);
    }

    @Override
    public PackageState on(PackagePublished event) {
        return new PackageState(versions.plus(event.id(), new Published(event, null)));
    }

    @Override
    public PackageState on(PackageYanked event) {
        return withYank(event.id(), event.reason());
    }

    @Override
    public PackageState on(PackageRestored event) {
        return withYank(event.id(), null);
    }

    private PackageState withYank(PackageId id, @Nullable String reason) {
        Published published = versions.get(id);
        return published == null ? this : new PackageState(versions.plus(id, new Published(published.event(), reason)));
    }
}
