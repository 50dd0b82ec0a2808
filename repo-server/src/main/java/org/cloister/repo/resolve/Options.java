package org.cloister.repo.resolve;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.cloister.events.deb.Dependency;
import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Relation;
import org.cloister.events.deb.Version;

/** Which candidates fulfil a need, the best first: the order of the alternatives, real packages before providers, native, newest. */
final class Options {
    private final PackageIndex index;
    private final Request request;
    private final Matching matching;
    private final Comparator<Candidate> realOrder;
    private final Comparator<Candidate> providerOrder;

    Options(PackageIndex index, Request request, Matching matching) {
        this.index = index;
        this.request = request;
        this.matching = matching;
        Preferences preferences = request.preferences();
        Comparator<Candidate> kept = first(candidate -> preferences.keep().contains(candidate.id()));
        this.realOrder = kept.thenComparing(first(matching::isNative));
        this.providerOrder = kept.thenComparing(first(this::isPreferred))
                .thenComparing(first(matching::isNative))
                .thenComparing(first(Candidate::essential))
                .thenComparing(Candidate::priority);
    }

    private static Comparator<Candidate> first(Predicate<Candidate> condition) {
        return Comparator.comparing(candidate -> !condition.test(candidate));
    }

    private boolean isPreferred(Candidate candidate) {
        return request.preferences().preferred().contains(candidate.name());
    }

    List<Candidate> asked(Wanted wanted) {
        return real(wanted.name()).stream().filter(wanted::admits).toList();
    }

    /** The versions of an essential name, if the newest is essential; otherwise nothing: it was essential once. */
    List<Candidate> essential(PackageName name) {
        List<Candidate> options = real(name).stream().filter(matching::isNative).toList();
        Version newest = options.stream()
                .map(candidate -> candidate.id().version())
                .max(Version::compareTo)
                .orElse(null);
        return options.stream()
                        .anyMatch(option ->
                                option.essential() && option.id().version().equals(newest))
                ? options
                : List.of();
    }

    List<Candidate> satisfying(Candidate owner, Dependency dependency) {
        List<Candidate> options = new ArrayList<>(1);
        dependency.alternatives().forEach(relation -> addSatisfying(owner, relation, options));
        if (dependency.alternatives().size() == 1) {
            return options;
        }
        Set<Candidate> ordered = new LinkedHashSet<>();
        options.stream().filter(this::isPreferred).forEach(ordered::add);
        ordered.addAll(options);
        return List.copyOf(ordered);
    }

    private void addSatisfying(Candidate owner, Relation relation, List<Candidate> options) {
        PackageName name = relation.name();
        for (Candidate candidate : real(name)) {
            if (matching.satisfies(owner, relation, candidate)) {
                options.add(candidate);
            }
        }
        for (Candidate candidate : chosen(index.providers(name), providerOrder)) {
            if (!candidate.name().equals(name) && matching.satisfies(owner, relation, candidate)) {
                options.add(candidate);
            }
        }
    }

    private List<Candidate> real(PackageName name) {
        return chosen(index.versions(name), realOrder);
    }

    /** Those that may be chosen, in this order; most names have one candidate, which is not worth a stream. */
    private List<Candidate> chosen(List<Candidate> candidates, Comparator<Candidate> order) {
        if (candidates.size() == 1 && mayBeChosen(candidates.get(0))) {
            return candidates;
        }
        return candidates.stream().filter(this::mayBeChosen).sorted(order).toList();
    }

    private boolean mayBeChosen(Candidate candidate) {
        return matching.isNative(candidate) || request.preferences().foreign().contains(candidate.architecture());
    }
}
