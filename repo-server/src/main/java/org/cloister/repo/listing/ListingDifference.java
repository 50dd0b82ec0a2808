package org.cloister.repo.listing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cloister.events.Digest;
import org.cloister.events.MirrorEvent;
import org.cloister.events.MirrorEvent.MirrorIndexed;
import org.cloister.events.MirrorEvent.PackagesListed;
import org.cloister.events.MirrorEvent.PackagesWithdrawn;
import org.cloister.events.MirrorName;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.PackageId;

/**
 * Compares the indexes of an archive, stanza by stanza as they are read, with what a mirror listed before. What is as it was is
 * forgotten at once, what isn't is compressed, so that of a suite of 50 MB about 30 MB are held in the worst case. Used once,
 * by one thread.
 */
public final class ListingDifference {
    /** Debian has 70,000 in a suite. */
    private static final int MAX_PACKAGES = 500_000;
    /** Ids in one event: less than {@link PackagesListed#MAX_BYTES} even if all are as long as ids may be. */
    private static final int MAX_WITHDRAWN = 500;

    private final MirrorName mirror;
    private final Listing before;
    private final Map<String, Set<PackageId>> seen = new HashMap<>();
    private final Map<PageKey, PageWriter> writers = new LinkedHashMap<>();
    private final List<MirrorEvent> events = new ArrayList<>();
    private int listed;
    private int total;

    private record PageKey(String component, List<Architecture> architectures) {}

    public ListingDifference(MirrorName mirror, Listing before) {
        this.mirror = mirror;
        this.before = before;
    }

    /**
     * A stanza of a component's index. Of several with one id in a component the first counts.
     *
     * @param architectures of the indexes that have it, in order
     * @param text as it was read
     * @throws IllegalArgumentException if it is longer than an event can hold, or one package too many
     */
    public void add(String component, List<Architecture> architectures, PackagesListed.Entry entry, String text) {
        Set<PackageId> ids = seen.computeIfAbsent(component, name -> new HashSet<>());
        ListedPackage known = before.find(component, entry.id());
        if (!ids.add(known == null ? entry.id() : known.id())) {
            return;
        }
        total++;
        String stanza = StanzaText.of(text);
        if (StanzaText.bytes(stanza) > StanzaText.MAX_BYTES || total > MAX_PACKAGES) {
            throw new IllegalArgumentException(entry.id() + " has more than " + StanzaText.MAX_BYTES
                    + " bytes, or there are more than " + MAX_PACKAGES + " packages");
        }
        if (known == null || !isSame(known, architectures, entry, stanza)) {
            listed++;
            writers.computeIfAbsent(
                            new PageKey(component, List.copyOf(architectures)),
                            key -> new PageWriter(mirror, key.component(), key.architectures(), events::add))
                    .add(entry, stanza);
        }
    }

    private static boolean isSame(
            ListedPackage known, List<Architecture> architectures, PackagesListed.Entry entry, String stanza) {
        return known.artifact().equals(entry.artifact())
                && known.size() == entry.size()
                && known.filename().equals(entry.filename())
                && known.architectures().equals(architectures)
                && known.stanza().equals(stanza);
    }

    /**
     * What was listed and is no longer, and the end. Used once, after everything was added.
     *
     * @return what leads from the state before to the present one
     */
    public List<MirrorEvent> end(Digest inRelease, Instant date) {
        writers.values().forEach(PageWriter::end);
        int withdrawn = 0;
        for (String component : before.components()) {
            Set<PackageId> still = seen.getOrDefault(component, Set.of());
            List<PackageId> gone = before.packages(component).stream()
                    .map(ListedPackage::id)
                    .filter(id -> !still.contains(id))
                    .toList();
            withdrawn += gone.size();
            for (int from = 0; from < gone.size(); from += MAX_WITHDRAWN) {
                events.add(new PackagesWithdrawn(
                        mirror, component, gone.subList(from, Math.min(gone.size(), from + MAX_WITHDRAWN))));
            }
        }
        events.add(new MirrorIndexed(mirror, inRelease, date, listed, withdrawn, total));
        return List.copyOf(events);
    }
}
