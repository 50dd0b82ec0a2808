package org.cloister.repo.resolve;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A minimal contradiction in words: the needs from the request on, then what stands in their way. */
final class Explanation {
    /** What a person reads; the rest is counted. */
    private static final int MAX_CLAUSES = 12;

    private final Absence absence;
    private final Labels labels;
    private final List<Rule> core;

    Explanation(PackageIndex index, Request request, Matching matching, List<Rule> core) {
        this.labels = new Labels(index, matching);
        this.absence = new Absence(index, request, matching);
        this.core = core;
    }

    String text() {
        List<String> clauses = new ArrayList<>();
        core.stream()
                .filter(rule -> rule instanceof Rule.Asked || rule instanceof Rule.Essential)
                .forEach(rule -> root(rule, clauses));
        needs(clauses);
        core.stream()
                .filter(rule -> rule instanceof Rule.Ban)
                .map(rule -> ban((Rule.Ban) rule))
                .forEach(clauses::add);
        String text = clauses.stream().limit(MAX_CLAUSES).collect(Collectors.joining("; "));
        int more = clauses.size() - MAX_CLAUSES;
        return more > 0 ? text + "; and " + more + " more such reasons" : text;
    }

    private void root(Rule rule, List<String> clauses) {
        if (rule instanceof Rule.Asked asked && asked.options().isEmpty()) {
            clauses.add(absence.of(asked.wanted()));
        } else if (rule instanceof Rule.Essential essential) {
            clauses.add("every root has " + essential.name() + ", which is essential");
        }
    }

    /** Needs of one package together, in breadth-first order from the request. */
    private void needs(List<String> clauses) {
        Map<Candidate, List<Rule.Needs>> needs = new LinkedHashMap<>();
        core.forEach(rule -> {
            if (rule instanceof Rule.Needs need) {
                needs.computeIfAbsent(need.owner(), any -> new ArrayList<>()).add(need);
            }
        });
        for (Candidate owner : inOrder(needs)) {
            List<String> fulfilled = new ArrayList<>();
            for (Rule.Needs need : needs.getOrDefault(owner, List.of())) {
                String what = need.dependency().toString().replace(" | ", " or ");
                if (need.options().isEmpty()) {
                    clauses.add(labels.of(owner) + " needs " + what + ", but " + absence.of(need.dependency()));
                } else {
                    fulfilled.add(what);
                }
            }
            if (!fulfilled.isEmpty()) {
                clauses.add(labels.of(owner) + " needs " + String.join(" and ", fulfilled));
            }
        }
    }

    private Set<Candidate> inOrder(Map<Candidate, List<Rule.Needs>> needs) {
        Set<Candidate> ordered = new LinkedHashSet<>();
        Deque<Candidate> next = new ArrayDeque<>();
        core.forEach(rule -> {
            if (rule instanceof Rule.Asked asked) {
                next.addAll(asked.options());
            } else if (rule instanceof Rule.Essential essential) {
                next.addAll(essential.options());
            }
        });
        while (!next.isEmpty()) {
            Candidate candidate = next.remove();
            if (needs.containsKey(candidate) && ordered.add(candidate)) {
                needs.get(candidate).forEach(need -> next.addAll(need.options()));
            }
        }
        ordered.addAll(needs.keySet());
        return ordered;
    }

    private String ban(Rule.Ban ban) {
        if (ban instanceof Rule.Excludes excludes) {
            return excluded(excludes);
        }
        if (ban instanceof Rule.OneOfName one) {
            return "one root holds only one of " + one.one().id().name() + " "
                    + one.one().id().version() + " and " + one.other().id().version();
        }
        Rule.Malformed malformed = (Rule.Malformed) ban;
        return labels.of(malformed.candidate()) + " can't be used: " + malformed.defect();
    }

    private String excluded(Rule.Excludes excludes) {
        String verb = excludes.breaks() ? " breaks " : " conflicts with ";
        String provides = excludes.relation().name().equals(excludes.target().name())
                ? ""
                : ", which " + labels.of(excludes.target()) + " provides";
        return labels.of(excludes.owner()) + verb + excludes.relation() + provides;
    }
}
