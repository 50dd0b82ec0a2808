package org.cloister.repo.resolve;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.cloister.events.deb.Dependency;
import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Relation;

/** Who needs whom within one closure: for each dependency the first of its alternatives that is there. */
final class NeedGraph {
    private final Map<PackageName, List<Candidate>> named = new HashMap<>();
    private final Map<Candidate, Set<Candidate>> needs = new HashMap<>();
    private final Map<Candidate, Set<Candidate>> preNeeds = new HashMap<>();
    private final Map<Candidate, Set<Candidate>> neededBy = new HashMap<>();

    NeedGraph(Collection<Candidate> closure, Matching matching) {
        List<Candidate> sorted = new ArrayList<>(closure);
        sorted.sort(Comparator.comparing(Candidate::name).thenComparing(Candidate::architecture));
        sorted.forEach(candidate -> name(candidate.name(), candidate));
        sorted.forEach(candidate -> candidate.provides().forEach(provided -> name(provided.name(), candidate)));
        for (Candidate candidate : sorted) {
            Set<Candidate> before = found(candidate, candidate.relations().preDepends(), matching);
            Set<Candidate> all = new LinkedHashSet<>(before);
            all.addAll(found(candidate, candidate.relations().depends(), matching));
            preNeeds.put(candidate, before);
            needs.put(candidate, all);
            all.forEach(need ->
                    neededBy.computeIfAbsent(need, any -> new LinkedHashSet<>()).add(candidate));
        }
    }

    private void name(PackageName name, Candidate candidate) {
        named.computeIfAbsent(name, any -> new ArrayList<>(1)).add(candidate);
    }

    private Set<Candidate> found(Candidate owner, List<Dependency> dependencies, Matching matching) {
        Set<Candidate> found = new LinkedHashSet<>();
        for (Dependency dependency : dependencies) {
            dependency.alternatives().stream()
                    .flatMap(relation -> candidates(relation).stream()
                            .filter(candidate -> matching.satisfies(owner, relation, candidate)))
                    .findFirst()
                    .filter(candidate -> !candidate.equals(owner))
                    .ifPresent(found::add);
        }
        return found;
    }

    private List<Candidate> candidates(Relation relation) {
        return named.getOrDefault(relation.name(), List.of());
    }

    /** What the package needs directly, itself excluded. */
    Set<Candidate> needs(Candidate candidate) {
        return needs.getOrDefault(candidate, Set.of());
    }

    /** Those of its needs that come from Pre-Depends. */
    Set<Candidate> preNeeds(Candidate candidate) {
        return preNeeds.getOrDefault(candidate, Set.of());
    }

    Set<Candidate> neededBy(Candidate candidate) {
        return neededBy.getOrDefault(candidate, Set.of());
    }

    /** {@code start} and all that {@code step} leads to within {@code bounds}. */
    Set<Candidate> reach(Candidate start, Function<Candidate, Set<Candidate>> step, Predicate<Candidate> bounds) {
        Set<Candidate> reached = new LinkedHashSet<>();
        Deque<Candidate> next = new ArrayDeque<>();
        reached.add(start);
        next.add(start);
        while (!next.isEmpty()) {
            for (Candidate candidate : step.apply(next.remove())) {
                if (bounds.test(candidate) && reached.add(candidate)) {
                    next.add(candidate);
                }
            }
        }
        return reached;
    }
}
