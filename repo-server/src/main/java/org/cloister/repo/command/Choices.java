package org.cloister.repo.command;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure.Member;
import org.cloister.repo.control.ControlLimits;
import org.cloister.repo.control.ControlSyntaxException;
import org.cloister.repo.control.Paragraph;
import org.cloister.repo.resolve.Candidate;
import org.cloister.repo.resolve.PackageIndex;
import org.cloister.repo.view.Catalog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What closures can choose from: all that is published and not yanked ({@link Member}), and of what mirrors offer ({@link
 * Offer}) all that isn't published or yanked. Thread-safe.
 */
final class Choices implements Catalog.PublicationListener {
    private static final Logger LOG = LoggerFactory.getLogger(Choices.class);

    private final Offers offers;
    private final Set<PackageId> yanked = new HashSet<>();
    private PackageIndex published = PackageIndex.EMPTY;
    private PackageIndex offered = PackageIndex.EMPTY;
    private PackageIndex all = PackageIndex.EMPTY;

    Choices(Offers offers) {
        this.offers = offers;
    }

    @Override
    public synchronized void available(PackagePublished version) {
        try {
            Paragraph control = Paragraph.parse(version.control(), ControlLimits.PACKAGE);
            Candidate candidate =
                    Candidate.read(control, new Member(version.id(), version.artifact(), version.layer()));
            boolean apart = published != all;
            published = published.with(candidate);
            all = apart ? all.with(candidate) : published;
        } catch (ControlSyntaxException e) {
            LOG.warn("{} can't be chosen: its control paragraph can't be read", version.id(), e);
        }
        yanked.remove(version.id());
    }

    @Override
    public synchronized void withdrawn(PackagePublished version) {
        boolean apart = published != all;
        published = published.without(version.id());
        all = apart ? all.without(version.id()) : published;
        yanked.add(version.id());
    }

    /** The same object as long as nothing changes. May take seconds after a mirror was synchronized. */
    PackageIndex index() {
        PackageIndex now = offers.index();
        synchronized (this) {
            if (now != offered) {
                offered = now;
                all = now == PackageIndex.EMPTY ? published : united();
            }
            return all;
        }
    }

    private PackageIndex united() {
        List<Candidate> candidates = new ArrayList<>(offered.size() + published.size());
        offered.all().filter(candidate -> !yanked.contains(candidate.id())).forEach(candidates::add);
        published.all().forEach(candidates::add);
        return PackageIndex.of(candidates);
    }
}
