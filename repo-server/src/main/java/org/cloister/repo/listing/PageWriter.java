package org.cloister.repo.listing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.cloister.events.MirrorEvent.PackagesListed;
import org.cloister.events.MirrorName;
import org.cloister.events.deb.Architecture;

/** Gathers packages of one component and the same architectures to pages, each within the limit of an event. */
final class PageWriter {
    /** What an entry's names of fields, its digest and its numbers take, and what a page has besides entries. */
    private static final int ENTRY_OVERHEAD = 220;

    private static final int PAGE_OVERHEAD = 4_096;

    private final MirrorName mirror;
    private final String component;
    private final List<Architecture> architectures;
    private final Consumer<PackagesListed> pages;
    private final List<PackagesListed.Entry> entries = new ArrayList<>();
    private final List<String> stanzas = new ArrayList<>();
    private long weight = PAGE_OVERHEAD;

    PageWriter(MirrorName mirror, String component, List<Architecture> architectures, Consumer<PackagesListed> pages) {
        this.mirror = mirror;
        this.component = component;
        this.architectures = List.copyOf(architectures);
        this.pages = pages;
    }

    /** @param stanza at most {@link StanzaText#MAX_BYTES} */
    void add(PackagesListed.Entry entry, String stanza) {
        long more = weight(entry, stanza);
        if (!entries.isEmpty() && weight + more > PackagesListed.MAX_BYTES) {
            end();
        }
        entries.add(entry);
        stanzas.add(stanza);
        weight += more;
    }

    /** At most what the entry adds to the payload: stanzas that can't be compressed grow by a third in base64. */
    private static long weight(PackagesListed.Entry entry, String stanza) {
        long names = 3L * (entry.filename().length() + entry.id().toString().length());
        return ENTRY_OVERHEAD + names + StanzaText.bytes(stanza) * 4 / 3;
    }

    /** Hands on what is left. */
    void end() {
        if (!entries.isEmpty()) {
            pages.accept(new PackagesListed(mirror, component, architectures, entries, PackedStanzas.pack(stanzas)));
            entries.clear();
            stanzas.clear();
            weight = PAGE_OVERHEAD;
        }
    }
}
