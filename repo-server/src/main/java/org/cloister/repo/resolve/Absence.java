package org.cloister.repo.resolve;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.cloister.events.deb.Dependency;
import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Relation;

/** Why nothing published fulfils a need, in words. */
final class Absence {
    private static final int MAX_LISTED = 4;

    private final PackageIndex index;
    private final Request request;
    private final Matching matching;

    Absence(PackageIndex index, Request request, Matching matching) {
        this.index = index;
        this.request = request;
        this.matching = matching;
    }

    /** A whole sentence about a requested package that can't be had. */
    String of(Wanted wanted) {
        List<Candidate> versions = usable(index.versions(wanted.name()));
        if (!versions.isEmpty()) {
            return wanted.name() + " " + wanted.version() + " is not published, only " + versions(versions);
        }
        List<Candidate> providers = usable(index.providers(wanted.name()));
        if (!providers.isEmpty()) {
            return wanted.name() + " is a virtual package: ask for one that provides it, such as " + names(providers);
        }
        return index.versions(wanted.name()).isEmpty()
                ? "no package named " + wanted.name() + " is published"
                : wanted.name() + " is published for " + architectures(wanted.name()) + " only";
    }

    /** The part of a sentence after "but". */
    String of(Dependency dependency) {
        return dependency.alternatives().stream().map(this::of).distinct().collect(Collectors.joining(" and "));
    }

    private String of(Relation relation) {
        PackageName name = relation.name();
        List<Candidate> versions = usable(index.versions(name));
        List<Candidate> providers = usable(index.providers(name));
        if (versions.isEmpty() && providers.isEmpty()) {
            return index.versions(name).isEmpty()
                    ? "nothing provides " + name
                    : name + " is published for " + architectures(name) + " only";
        }
        List<Candidate> misfits =
                filter(versions, candidate -> !relation.admits(candidate.id().version()));
        if (versions.isEmpty()) {
            return relation.bound() == null
                    ? provided(providers) + name + " for another architecture"
                    : provided(providers) + name + " in no such version";
        }
        return misfits.size() == versions.size()
                ? "only " + versions(versions)
                : name + " (Multi-Arch: " + multiArch(versions) + ") doesn't fulfil that from its architecture";
    }

    private List<Candidate> usable(List<Candidate> candidates) {
        return filter(
                candidates,
                candidate -> matching.isNative(candidate)
                        || request.preferences().foreign().contains(candidate.architecture()));
    }

    private static List<Candidate> filter(List<Candidate> candidates, Predicate<Candidate> condition) {
        return candidates.stream().filter(condition).toList();
    }

    private static String multiArch(List<Candidate> versions) {
        return versions.get(0).multiArch().name().toLowerCase(java.util.Locale.ROOT);
    }

    private static String versions(List<Candidate> candidates) {
        List<String> versions = candidates.stream()
                .map(candidate -> candidate.id().version().text())
                .distinct()
                .toList();
        return list(versions) + (versions.size() == 1 ? " is" : " are") + " published";
    }

    private static String names(List<Candidate> candidates) {
        return list(candidates.stream()
                .map(candidate -> candidate.name().text())
                .distinct()
                .toList());
    }

    private static String provided(List<Candidate> providers) {
        return names(providers)
                + (providers.stream().map(Candidate::name).distinct().count() == 1 ? " provides " : " provide ");
    }

    private String architectures(PackageName name) {
        return list(index.versions(name).stream()
                .map(candidate -> candidate.architecture().text())
                .distinct()
                .toList());
    }

    private static String list(List<String> words) {
        List<String> listed = new ArrayList<>(words.subList(0, Math.min(words.size(), MAX_LISTED)));
        if (words.size() > MAX_LISTED) {
            listed.add((words.size() - MAX_LISTED) + " more");
        }
        int last = listed.size() - 1;
        return last == 0 ? listed.get(0) : String.join(", ", listed.subList(0, last)) + " and " + listed.get(last);
    }
}
