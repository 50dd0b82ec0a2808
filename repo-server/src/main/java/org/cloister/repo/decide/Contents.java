package org.cloister.repo.decide;

import org.cloister.events.MirrorName;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.Position;
import org.cloister.events.deb.PackageId;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;

/**
 * What a distribution offers. Immutable; two that differ little share the rest.
 *
 * @param mirrors whose listings it has, each as of the event that recorded it
 * @param chosen the packages beside the listings: uploaded, imported or included
 * @param excluded packages that are left out, whatever lists them
 * @param withdrawn packages that are yanked, left out too
 */
public record Contents(
        PMap<MirrorName, Position> mirrors,
        PMap<PackageId, Chosen> chosen,
        PSet<PackageId> excluded,
        PSet<PackageId> withdrawn) {
    public static final Contents EMPTY =
            new Contents(HashTreePMap.empty(), HashTreePMap.empty(), HashTreePSet.empty(), HashTreePSet.empty());

    /**
     * A package and the component that it stands in.
     *
     * @param included whether somebody wanted it by name; else it goes with what brought it
     */
    public record Chosen(PackagePublished publication, String component, boolean included) {}

    /** Whether a package that is chosen or listed is really there. */
    public boolean offers(PackageId id) {
        return !excluded.contains(id) && !withdrawn.contains(id);
    }

    /** With a package that comes by itself, which overrules neither an inclusion nor an exclusion. */
    public Contents withFollowed(PackagePublished publication, String component) {
        return chosen.containsKey(publication.id())
                ? this
                : new Contents(
                        mirrors,
                        chosen.plus(publication.id(), new Chosen(publication, component, false)),
                        excluded,
                        withdrawn);
    }

    /** With a package that somebody wants: an exclusion of it ends. */
    public Contents withIncluded(PackagePublished publication, String component) {
        return new Contents(
                mirrors,
                chosen.plus(publication.id(), new Chosen(publication, component, true)),
                excluded.minus(publication.id()),
                withdrawn);
    }

    public Contents withExcluded(PackageId id) {
        return new Contents(mirrors, chosen.minus(id), excluded.plus(id), withdrawn);
    }

    public Contents withWithdrawn(PSet<PackageId> yanked) {
        return new Contents(mirrors, chosen, excluded, yanked);
    }

    /** With a mirror's listing as of {@code position}, which is all that the mirror brings from then on. */
    public Contents withListing(MirrorName mirror, Position position) {
        PMap<PackageId, Chosen> rest = chosen;
        if (!mirrors.containsKey(mirror)) {
            for (Chosen each : chosen.values()) {
                if (!each.included() && mirror.equals(each.publication().mirror())) {
                    rest = rest.minus(each.publication().id());
                }
            }
        }
        return new Contents(mirrors.plus(mirror, position), rest, excluded, withdrawn);
    }

    /** Only what was included by name, and what was excluded. */
    public Contents withoutFollowed() {
        PMap<PackageId, Chosen> included = HashTreePMap.empty();
        for (Chosen each : chosen.values()) {
            if (each.included()) {
                included = included.plus(each.publication().id(), each);
            }
        }
        return new Contents(HashTreePMap.empty(), included, excluded, withdrawn);
    }
}
