package org.cloister.repo.mirror;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cloister.events.MirrorEvent.PackagesListed;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.listing.ListingDifference;

/** The packages of architecture all of one component, until it is known which of its indexes have them. */
final class SharedStanzas {
    private final String component;
    private final Map<PackageId, Shared> packages = new LinkedHashMap<>();

    private record Shared(List<Architecture> architectures, PackagesListed.Entry entry, String text) {}

    SharedStanzas(String component) {
        this.component = component;
    }

    /** What the first index says of a package counts. */
    void add(List<Architecture> architectures, PackagesListed.Entry entry, String text) {
        Shared known = packages.computeIfAbsent(entry.id(), id -> new Shared(new ArrayList<>(), entry, text));
        for (Architecture architecture : architectures) {
            if (!known.architectures().contains(architecture)) {
                known.architectures().add(architecture);
            }
        }
    }

    void end(ListingDifference difference) {
        for (Shared shared : packages.values()) {
            difference.add(component, shared.architectures(), shared.entry(), shared.text());
        }
    }
}
