package org.cloister.repo.apt;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.cloister.events.Digest;
import org.cloister.events.MirrorName;
import org.cloister.events.Position;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.decide.DistributionSnapshot;
import org.cloister.repo.listing.ListedPackage;
import org.cloister.repo.view.DistributionHistory;
import org.cloister.repo.view.ListingsView;

/** Finds what a mirror would have to bring. Thread-safe; may block where a listing is read from the log. */
public final class ListedArtifacts {
    /** A client whose index is older than that many changes of its distribution's listings updates first. */
    private static final int MAX_LISTINGS = 30;

    private final ListingsView listings;

    public ListedArtifacts(ListingsView listings) {
        this.listings = listings;
    }

    /** A package of a mirror. */
    public record Source(MirrorName mirror, ListedPackage listed) {}

    /** The artifact in a listing that the distribution has or had lately. */
    public Optional<Source> find(DistributionHistory history, PackageName name, Digest artifact) {
        Set<Map.Entry<MirrorName, Position>> looked = new HashSet<>();
        for (DistributionSnapshot snapshot : history.newestFirst()) {
            for (Map.Entry<MirrorName, Position> listing :
                    snapshot.contents().mirrors().entrySet()) {
                if (looked.size() < MAX_LISTINGS && looked.add(Map.entry(listing.getKey(), listing.getValue()))) {
                    Optional<Source> found = find(listing.getKey(), listing.getValue(), name, artifact);
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
            if (looked.size() >= MAX_LISTINGS) {
                break;
            }
        }
        return Optional.empty();
    }

    /** The artifact in one state's listings. */
    public Optional<Source> find(DistributionSnapshot snapshot, PackageName name, Digest artifact) {
        return snapshot.contents().mirrors().entrySet().stream()
                .map(listing -> find(listing.getKey(), listing.getValue(), name, artifact))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<Source> find(MirrorName mirror, Position at, PackageName name, Digest artifact) {
        return listings.at(mirror, at).versions(name).stream()
                .filter(listed -> listed.artifact().equals(artifact))
                .findFirst()
                .map(listed -> new Source(mirror, listed));
    }
}
