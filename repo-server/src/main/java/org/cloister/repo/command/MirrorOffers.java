package org.cloister.repo.command;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.cloister.events.ArtifactPolicy;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorName;
import org.cloister.repo.control.ControlLimits;
import org.cloister.repo.control.ControlSyntaxException;
import org.cloister.repo.control.Paragraph;
import org.cloister.repo.listing.ListedPackage;
import org.cloister.repo.listing.Listing;
import org.cloister.repo.resolve.Candidate;
import org.cloister.repo.resolve.PackageIndex;
import org.cloister.repo.view.ListingsView;
import org.cloister.repo.view.MirrorsView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the mirrors list whose policy isn't that only named packages are fetched. Read when it is first asked for. */
public final class MirrorOffers implements Offers {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorOffers.class);

    private final MirrorsView mirrors;
    private final ListingsView listings;
    private List<Source> sources = List.of();
    private Map<ListedPackage, Candidate> candidates = new IdentityHashMap<>();
    private PackageIndex index = PackageIndex.EMPTY;

    /** What the index follows from; listings are the same objects as long as they don't change. */
    private record Source(MirrorName mirror, Listing listing) {}

    public MirrorOffers(MirrorsView mirrors, ListingsView listings) {
        this.mirrors = mirrors;
        this.listings = listings;
    }

    @Override
    public synchronized PackageIndex index() {
        List<Source> present = sources();
        if (!present.equals(sources)) {
            Map<ListedPackage, Candidate> read = new IdentityHashMap<>();
            List<Candidate> all = new ArrayList<>();
            for (Source source : present) {
                for (String component : source.listing().components()) {
                    source.listing().packages(component).forEach(listed -> read(source.mirror(), listed, read, all));
                }
            }
            candidates = read;
            index = PackageIndex.of(all);
            sources = present;
        }
        return index;
    }

    private List<Source> sources() {
        List<Source> present = new ArrayList<>();
        mirrors.all().forEach((name, state) -> {
            MirrorDefined definition = state.definition();
            if (definition != null && definition.artifacts() != ArtifactPolicy.CLOSURES) {
                present.add(new Source(name, listings.now(name)));
            }
        });
        return present;
    }

    /** What was read before isn't read again. */
    private void read(
            MirrorName mirror, ListedPackage listed, Map<ListedPackage, Candidate> read, List<Candidate> all) {
        Candidate candidate = candidates.get(listed);
        if (candidate == null) {
            try {
                Paragraph stanza = Paragraph.parse(listed.stanza(), ControlLimits.PACKAGE);
                candidate = Candidate.of(listed.id(), stanza, new Offer(mirror, listed));
            } catch (ControlSyntaxException e) {
                LOG.warn("{} of mirror {} can't be chosen: its stanza can't be read", listed, mirror, e);
                return;
            }
        }
        read.put(listed, candidate);
        all.add(candidate);
    }
}
