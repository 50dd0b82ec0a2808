package org.cloister.repo.resolve;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * When a package is configured in a root that begins empty: first what makes the users and directories that every script
 * takes for granted (as debootstrap does), then the Essential packages, then the rest; each with what it needs.
 */
final class BootStages {
    private static final List<String> FIRST = List.of("base-passwd", "base-files");

    private BootStages() {}

    /** The stage of each package; lower ones come first. */
    static Map<Candidate, Integer> of(Collection<Candidate> closure, NeedGraph graph) {
        Map<Candidate, Integer> stages = new HashMap<>();
        for (int stage = 0; stage < FIRST.size(); stage++) {
            String name = FIRST.get(stage);
            for (Candidate candidate : closure) {
                if (candidate.essential() && candidate.name().text().equals(name)) {
                    reach(candidate, stage, graph, stages);
                }
            }
        }
        for (Candidate candidate : closure) {
            if (candidate.essential()) {
                reach(candidate, FIRST.size(), graph, stages);
            }
        }
        closure.forEach(candidate -> stages.putIfAbsent(candidate, FIRST.size() + 1));
        return stages;
    }

    private static void reach(Candidate from, int stage, NeedGraph graph, Map<Candidate, Integer> stages) {
        graph.reach(from, graph::needs, candidate -> !stages.containsKey(candidate))
                .forEach(candidate -> stages.putIfAbsent(candidate, stage));
    }
}
