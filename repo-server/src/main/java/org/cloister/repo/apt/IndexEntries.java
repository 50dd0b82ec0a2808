package org.cloister.repo.apt;

import java.util.ArrayList;
import java.util.List;
import org.cloister.events.deb.Architecture;
import org.cloister.repo.decide.Contents;
import org.cloister.repo.decide.DistributionSnapshot;

/** What stands in one index of a distribution's state. */
final class IndexEntries {
    private IndexEntries() {}

    /** In {@link IndexEntry#ORDER}, each id once. Packages of architecture {@code all} stand in every index. */
    static List<IndexEntry> of(DistributionSnapshot snapshot, String component, Architecture architecture) {
        List<IndexEntry> entries = new ArrayList<>();
        Contents contents = snapshot.contents();
        for (Contents.Chosen chosen : contents.chosen().values()) {
            Architecture own = chosen.publication().id().architecture();
            if (chosen.component().equals(component)
                    && (own.equals(architecture) || own.text().equals("all"))
                    && contents.offers(chosen.publication().id())) {
                entries.add(new PublishedEntry(chosen.publication()));
            }
        }
        entries.sort(IndexEntry.ORDER);
        return entries;
    }
}
