package org.cloister.repo.apt;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.cloister.events.MirrorName;
import org.cloister.events.Position;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.decide.Contents;
import org.cloister.repo.decide.DistributionSnapshot;
import org.cloister.repo.view.ListingsView;

/** What stands in one index of a distribution's state. Thread-safe; may block where a listing is read from the log. */
final class IndexEntries {
    private final ListingsView listings;

    IndexEntries(ListingsView listings) {
        this.listings = listings;
    }

    /**
     * In {@link IndexEntry#ORDER}, each id once: what was published here before what a mirror lists, and mirrors by their names.
     * Packages of architecture {@code all} stand in every index.
     */
    List<IndexEntry> of(DistributionSnapshot snapshot, String component, Architecture architecture) {
        List<IndexEntry> entries = new ArrayList<>();
        Contents contents = snapshot.contents();
        Set<PackageId> known = new HashSet<>();
        for (Contents.Chosen chosen : contents.chosen().values()) {
            PackageId id = chosen.publication().id();
            boolean fits = id.architecture().equals(architecture)
                    || id.architecture().text().equals("all");
            if (fits && chosen.component().equals(component) && contents.offers(id)) {
                entries.add(new PublishedEntry(chosen.publication()));
                known.add(id);
            }
        }
        boolean several = !known.isEmpty() || contents.mirrors().size() > 1;
        for (Map.Entry<MirrorName, Position> listing : new TreeMap<>(contents.mirrors()).entrySet()) {
            listings.at(listing.getKey(), listing.getValue())
                    .packages(component, architecture)
                    .filter(listed -> contents.offers(listed.id()) && (!several || known.add(listed.id())))
                    .map(ListedEntry::new)
                    .forEach(entries::add);
        }
        entries.sort(IndexEntry.ORDER);
        return entries;
    }
}
