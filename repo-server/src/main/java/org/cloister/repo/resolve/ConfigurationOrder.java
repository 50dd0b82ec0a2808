package org.cloister.repo.resolve;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The order in which dpkg can configure a closure: a package after what it needs; Essential packages, and what they need,
 * before the others, because anything may use them without saying so (Debian Policy 3.8). A cycle begins with a package that
 * has no script to run, if one is known, as dpkg does (Policy 7.2); a Pre-Depends is the last thing to be broken. Depends on
 * the set of packages only.
 */
final class ConfigurationOrder {
    private final NeedGraph graph;
    private final Predicate<Candidate> withoutScript;
    private final Map<Candidate, Integer> stages;
    private final Comparator<Candidate> rank;
    private final Set<Candidate> waiting;
    private final NavigableMap<Integer, Integer> waitingByStage = new TreeMap<>();
    private final List<Candidate> order = new ArrayList<>();

    private ConfigurationOrder(Collection<Candidate> closure, Matching matching, Predicate<Candidate> withoutScript) {
        this.graph = new NeedGraph(closure, matching);
        this.withoutScript = withoutScript;
        this.stages = BootStages.of(closure, graph);
        this.rank = Comparator.<Candidate, Integer>comparing(stages::get)
                .thenComparing(Candidate::name)
                .thenComparing(Candidate::architecture)
                .thenComparing(candidate -> candidate.id().version().text());
        this.waiting = new HashSet<>(closure);
        stages.values().forEach(stage -> waitingByStage.merge(stage, 1, Integer::sum));
    }

    /** @param withoutScript whether a package surely has nothing to run when it is configured */
    static List<Candidate> of(Collection<Candidate> closure, Matching matching, Predicate<Candidate> withoutScript) {
        return new ConfigurationOrder(closure, matching, withoutScript).order();
    }

    private List<Candidate> order() {
        PriorityQueue<Candidate> ready = new PriorityQueue<>(rank);
        waiting.stream().filter(this::isReady).forEach(ready::add);
        while (!waiting.isEmpty()) {
            Candidate next = isOfThisStage(ready.peek()) ? ready.remove() : breakCycle();
            waiting.remove(next);
            waitingByStage.computeIfPresent(stages.get(next), (stage, count) -> count == 1 ? null : count - 1);
            order.add(next);
            graph.neededBy(next).stream()
                    .filter(waiting::contains)
                    .filter(this::isReady)
                    .forEach(ready::add);
        }
        return order;
    }

    /** Whether nothing waits that belongs before it. A package of a later stage never overtakes a cycle of an earlier one. */
    private boolean isOfThisStage(@Nullable Candidate ready) {
        return ready != null && waitingByStage.firstKey().equals(stages.get(ready));
    }

    private boolean isReady(Candidate candidate) {
        return graph.needs(candidate).stream().noneMatch(waiting::contains);
    }

    private Candidate breakCycle() {
        Set<Candidate> cycle = lowestCycle();
        return cycle.stream()
                .min(Comparator.<Candidate>comparingLong(candidate -> open(graph.preNeeds(candidate)))
                        .thenComparing(candidate -> !withoutScript.test(candidate))
                        .thenComparingLong(candidate -> open(graph.needs(candidate)))
                        .thenComparing(rank))
                .orElseThrow();
    }

    private long open(Set<Candidate> needs) {
        return needs.stream().filter(waiting::contains).count();
    }

    /** Waiting packages that all need each other, and nothing else that waits. */
    private Set<Candidate> lowestCycle() {
        Candidate start = waiting.stream().min(rank).orElseThrow();
        while (true) {
            Set<Candidate> below = graph.reach(start, graph::needs, waiting::contains);
            Set<Candidate> around = graph.reach(start, graph::neededBy, below::contains);
            Candidate lower = below.stream()
                    .filter(candidate -> !around.contains(candidate))
                    .min(rank)
                    .orElse(null);
            if (lower == null) {
                return below;
            }
            start = lower;
        }
    }
}
