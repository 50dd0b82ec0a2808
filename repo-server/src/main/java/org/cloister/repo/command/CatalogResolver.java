package org.cloister.repo.command;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.DebianVersion;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.Closure.Member;
import org.cloister.repo.command.Resolver.Finding.Found;
import org.cloister.repo.command.Resolver.Finding.Missing;
import org.cloister.repo.control.ControlLimits;
import org.cloister.repo.control.ControlSyntaxException;
import org.cloister.repo.control.Paragraph;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.resolve.Candidate;
import org.cloister.repo.resolve.ClosureResolver;
import org.cloister.repo.resolve.PackageIndex;
import org.cloister.repo.resolve.Resolution;
import org.cloister.repo.resolve.Wanted;
import org.cloister.repo.view.Catalog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resolves against all that is published and not yanked. Keeps the index up to date on the projection's thread, and results as
 * long as the index doesn't change: a thousand hosts that want the same cost one search. Resolving runs on the caller's thread
 * and takes up to seconds for the first time.
 */
public final class CatalogResolver implements Resolver, Catalog.PublicationListener {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogResolver.class);
    /** Results that are kept for one state of the index. */
    private static final int MAX_KEPT = 1_000;
    /** Names or versions in an explanation. */
    private static final int MAX_NAMED = 8;

    private final Architecture architecture;
    private final ClosureResolver resolver;
    private volatile Snapshot present = new Snapshot(PackageIndex.EMPTY);

    /** The index after some event, and what was found in it. */
    private record Snapshot(PackageIndex index, Map<Question, Finding> found) {
        Snapshot(PackageIndex index) {
            this(index, new ConcurrentHashMap<>());
        }
    }

    private record Question(Wanted wanted, boolean recommends) {}

    /** A resolver that doesn't know which packages have scripts. */
    public CatalogResolver(Architecture architecture) {
        this(architecture, member -> false);
    }

    /**
     * @param architecture that of the hosts, such as amd64
     * @param withoutPostinst whether a package surely has nothing to run when it is configured: cycles are configured from there
     */
    public CatalogResolver(Architecture architecture, Predicate<Member> withoutPostinst) {
        this.architecture = architecture;
        this.resolver = new ClosureResolver(candidate -> withoutPostinst.test((Member) candidate.key()));
    }

    /** The packages that a closure can choose from now. */
    public PackageIndex index() {
        return present.index();
    }

    @Override
    public void available(PackagePublished version) {
        try {
            Paragraph control = Paragraph.parse(version.control(), ControlLimits.PACKAGE);
            Member member = new Member(version.id(), version.artifact(), version.layer());
            present = new Snapshot(present.index().with(Candidate.read(control, member)));
        } catch (ControlSyntaxException e) {
            LOG.warn("{} can't be chosen: its control paragraph can't be read", version.id(), e);
        }
    }

    @Override
    public void withdrawn(PackagePublished version) {
        present = new Snapshot(present.index().without(version.id()));
    }

    @Override
    public CompletionStage<Finding> resolve(PackageName name, @Nullable DebianVersion version, boolean recommends) {
        Snapshot snapshot = present;
        Question question = new Question(new Wanted(name, version), recommends);
        Finding kept = snapshot.found().get(question);
        if (kept != null) {
            return CompletableFuture.completedFuture(kept);
        }
        Finding found = resolve(snapshot.index(), question);
        if (snapshot.found().size() < MAX_KEPT) {
            snapshot.found().put(question, found);
        }
        return CompletableFuture.completedFuture(found);
    }

    private Finding resolve(PackageIndex index, Question question) {
        Wanted wanted = question.wanted();
        List<Candidate> versions = index.versions(wanted.name());
        if (versions.stream().noneMatch(candidate -> admits(wanted, candidate))) {
            return new Missing(versions.isEmpty() ? unknown(index, wanted.name()) : notInThisVersion(wanted, versions));
        }
        Resolution resolution = resolver.resolve(
                index, org.cloister.repo.resolve.Request.of(wanted, architecture, question.recommends()));
        if (resolution instanceof Resolution.Unsatisfiable unsatisfiable) {
            return new Missing(new Refusal(
                    Rule.UNSATISFIABLE,
                    unsatisfiable.explanation(),
                    "publish what is missing, or synchronize the mirror: cloister mirror sync NAME " + wanted.name()));
        }
        return resolved((Resolution.Resolved) resolution, wanted);
    }

    private static boolean admits(Wanted wanted, Candidate candidate) {
        DebianVersion version = wanted.version();
        return version == null || candidate.id().version().compareTo(version) == 0;
    }

    private static Refusal unknown(PackageIndex index, PackageName name) {
        String providers = index.providers(name).stream()
                .map(candidate -> candidate.name().text())
                .distinct()
                .limit(MAX_NAMED)
                .collect(Collectors.joining(", "));
        return providers.isEmpty()
                ? new Refusal(
                        Rule.NOT_PUBLISHED,
                        "no package " + name + " is published",
                        "publish it, or fetch it through a mirror: cloister mirror sync NAME " + name)
                : new Refusal(
                        Rule.NOT_PUBLISHED,
                        name + " is no package, but is provided by " + providers,
                        "install one of these");
    }

    private static Refusal notInThisVersion(Wanted wanted, List<Candidate> versions) {
        String others = versions.stream()
                .map(candidate -> candidate.id().version().text())
                .distinct()
                .limit(MAX_NAMED)
                .collect(Collectors.joining(", "));
        return new Refusal(
                Rule.NOT_PUBLISHED,
                wanted.name() + " is not published in version " + wanted.version() + ", but in " + others,
                "name one of these versions, or none for the newest");
    }

    private static Finding resolved(Resolution.Resolved found, Wanted wanted) {
        List<Member> members = found.inConfigurationOrder().stream()
                .map(candidate -> (Member) candidate.key())
                .toList();
        PackageId requested = found.inConfigurationOrder().stream()
                .filter(candidate -> candidate.name().equals(wanted.name()) && admits(wanted, candidate))
                .map(Candidate::id)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a closure without what was asked for: " + wanted));
        return new Found(requested, new Closure(members));
    }
}
