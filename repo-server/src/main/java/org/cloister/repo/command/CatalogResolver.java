package org.cloister.repo.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Version;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.Closure.Member;
import org.cloister.repo.command.Resolver.Finding.Found;
import org.cloister.repo.command.Resolver.Finding.Missing;
import org.cloister.repo.command.Resolver.Finding.Offered;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.resolve.Candidate;
import org.cloister.repo.resolve.ClosureResolver;
import org.cloister.repo.resolve.PackageIndex;
import org.cloister.repo.resolve.Resolution;
import org.cloister.repo.resolve.Wanted;
import org.cloister.repo.view.Catalog;
import org.jspecify.annotations.Nullable;

/**
 * Resolves against all that is published and not yanked, and what mirrors offer. Keeps the index up to date on the projection's
 * thread, and results as long as the index doesn't change: a thousand hosts that want the same cost one search. Resolving runs on the caller's thread
 * and takes up to seconds for the first time.
 */
public final class CatalogResolver implements Resolver, Catalog.PublicationListener {
    /** Results that are kept for one state of the index. */
    private static final int MAX_KEPT = 1_000;
    /** Names or versions in an explanation. */
    private static final int MAX_NAMED = 8;

    private final Architecture architecture;
    private final ClosureResolver resolver;
    private final Choices choices;
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
        this(architecture, withoutPostinst, Offers.none());
    }

    /** @param offers what can be chosen although it isn't published yet */
    public CatalogResolver(Architecture architecture, Predicate<Member> withoutPostinst, Offers offers) {
        this.architecture = architecture;
        this.choices = new Choices(offers);
        this.resolver = new ClosureResolver(
                candidate -> candidate.key() instanceof Member member && withoutPostinst.test(member));
    }

    /** The packages that a closure can choose from now. */
    public PackageIndex index() {
        return choices.index();
    }

    private Snapshot present() {
        PackageIndex index = choices.index();
        Snapshot snapshot = present;
        if (snapshot.index() != index) {
            snapshot = new Snapshot(index);
            present = snapshot;
        }
        return snapshot;
    }

    @Override
    public void available(PackagePublished version) {
        choices.available(version);
    }

    @Override
    public void withdrawn(PackagePublished version) {
        choices.withdrawn(version);
    }

    @Override
    public CompletionStage<Finding> resolve(PackageName name, @Nullable Version version, boolean recommends) {
        Snapshot snapshot = present();
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
        Version version = wanted.version();
        return version == null || candidate.id().version().compareTo(version) == 0;
    }

    private static Refusal unknown(PackageIndex index, PackageName name) {
        PackageName other = inOtherFormat(name);
        if (other != null && !index.versions(other).isEmpty()) {
            return new Refusal(
                    Rule.NOT_PUBLISHED,
                    "no package " + name + " is published, but " + other + " is: the same name in the other format",
                    "install " + other);
        }
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

    /** Null where the other format has no such names. */
    private static @Nullable PackageName inOtherFormat(PackageName name) {
        try {
            return name.isRpm() ? new PackageName(name.plain()) : PackageName.ofRpm(name.text());
        } catch (IllegalArgumentException e) {
            return null;
        }
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
        List<Member> members = new ArrayList<>();
        List<Offer> offered = new ArrayList<>();
        for (Candidate candidate : found.inConfigurationOrder()) {
            if (candidate.key() instanceof Member member) {
                members.add(member);
            } else {
                offered.add((Offer) candidate.key());
            }
        }
        if (!offered.isEmpty()) {
            return new Offered(offered);
        }
        PackageId requested = found.inConfigurationOrder().stream()
                .filter(candidate -> candidate.name().equals(wanted.name()) && admits(wanted, candidate))
                .map(Candidate::id)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("a closure without what was asked for: " + wanted));
        return new Found(requested, new Closure(members));
    }
}
