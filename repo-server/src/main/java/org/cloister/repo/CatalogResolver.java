package org.cloister.repo;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.DebianVersion;
import org.cloister.events.deb.PackageName;
import org.cloister.events.layer.Closure;
import org.cloister.repo.command.Resolver;
import org.cloister.repo.control.ControlLimits;
import org.cloister.repo.control.ControlSyntaxException;
import org.cloister.repo.control.Paragraph;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.resolve.Candidate;
import org.cloister.repo.resolve.ClosureResolver;
import org.cloister.repo.resolve.PackageIndex;
import org.cloister.repo.resolve.Request;
import org.cloister.repo.resolve.Wanted;
import org.cloister.repo.view.Catalog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The index of all that is published and not yanked, kept up to date by the catalog, and closures out of it. Thread-safe. */
final class CatalogResolver implements Resolver, Catalog.PublicationListener {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogResolver.class);

    private final ClosureResolver resolver = new ClosureResolver();
    private final Architecture architecture;
    private final Executor executor;
    private volatile PackageIndex index = PackageIndex.EMPTY;

    CatalogResolver(Architecture architecture, Executor executor) {
        this.architecture = architecture;
        this.executor = executor;
    }

    @Override
    public void available(PackagePublished version) {
        try {
            Paragraph control = Paragraph.parse(version.control(), ControlLimits.PACKAGE);
            index = index.with(Candidate.read(control, version));
        } catch (ControlSyntaxException e) {
            LOG.error("{} was published with a control paragraph that can't be read; no closure gets it", version.id(), e);
        }
    }

    @Override
    public void withdrawn(PackagePublished version) {
        index = index.without(version.id());
    }

    @Override
    public CompletionStage<Resolution> resolve(PackageName name, @Nullable DebianVersion version) {
        return CompletableFuture.supplyAsync(() -> resolve(new Wanted(name, version)), executor);
    }

    private Resolution resolve(Wanted wanted) {
        var found = resolver.resolve(index, Request.of(wanted, architecture));
        if (found instanceof org.cloister.repo.resolve.Resolution.Unsatisfiable unsatisfiable) {
            return new Resolution.Unresolved(new Refusal(
                    Rule.UNSATISFIABLE,
                    unsatisfiable.explanation(),
                    "publish or mirror what is missing, or ask for another version"));
        }
        return resolved(wanted.name(), (org.cloister.repo.resolve.Resolution.Resolved) found);
    }

    private static Resolution resolved(PackageName name, org.cloister.repo.resolve.Resolution.Resolved found) {
        List<Closure.Member> members = new ArrayList<>();
        PackagePublished requested = null;
        for (Candidate candidate : found.inConfigurationOrder()) {
            PackagePublished published = (PackagePublished) candidate.key();
            members.add(new Closure.Member(published.id(), published.artifact(), published.layer()));
            requested = candidate.name().equals(name) ? published : requested;
        }
        if (requested == null) {
            throw new IllegalStateException("a closure of " + name + " without it");
        }
        return new Resolution.Resolved(requested.id(), new Closure(members));
    }
}
