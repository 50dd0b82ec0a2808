package org.cloister.repo.resolve;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cloister.events.deb.Dependency;
import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Relation;

/**
 * The rules known so far, which grow as candidates are looked at: a candidate that nobody chose needs no rules of its own. So a
 * contradiction among known rules is one among all, and a choice of looked-at candidates that obeys them obeys all.
 */
final class Rulebook {
    private record Negative(Candidate owner, boolean breaks, Relation relation) {}

    private final Options options;
    private final Matching matching;
    private final List<Rule> rules = new ArrayList<>();
    private final List<Rule.Choice> roots = new ArrayList<>();
    private final Map<Candidate, Integer> variables = new HashMap<>();
    private final Map<Candidate, List<Rule.Needs>> needs = new HashMap<>();
    private final Map<PackageName, List<Candidate>> known = new HashMap<>();
    private final Map<PackageName, List<Negative>> negatives = new HashMap<>();
    /** Whether a candidate that is looked at now may bring what it recommends. */
    private boolean recommends;

    Rulebook(PackageIndex index, Request request, Options options, Matching matching) {
        this.options = options;
        this.matching = matching;
        Collection<PackageName> essential = request.isRpm() ? List.of() : index.essential();
        if (request.preferences().recommends()) {
            essential.forEach(
                    name -> options.essential(name).stream().findFirst().ifPresent(this::lookAlong));
            recommends = true;
        }
        request.wanted().forEach(wanted -> root(new Rule.Asked(wanted, options.asked(wanted))));
        for (PackageName name : essential) {
            List<Candidate> candidates = options.essential(name);
            if (!candidates.isEmpty()) {
                root(new Rule.Essential(name, candidates));
            }
        }
        roots.forEach(this::lookAlongFirstOptions);
    }

    private void root(Rule.Choice rule) {
        roots.add(rule);
        add(rule);
    }

    List<Rule> rules() {
        return Collections.unmodifiableList(rules);
    }

    /** What the request and Essential ask for, in that order. */
    List<Rule.Choice> roots() {
        return Collections.unmodifiableList(roots);
    }

    /** What a candidate that was looked at needs, Pre-Depends first; nothing for others. */
    List<Rule.Needs> needs(Candidate candidate) {
        return needs.getOrDefault(candidate, List.of());
    }

    /** The candidate's variable, from 1; it is an option of a known rule. */
    int variable(Candidate candidate) {
        Integer variable = variables.get(candidate);
        if (variable == null) {
            throw new IllegalStateException(candidate + " is in no rule");
        }
        return variable;
    }

    int variables() {
        return variables.size();
    }

    /** The clause: each number is a variable, negative if it is negated; at least one has to be true. */
    int[] clause(Rule rule) {
        if (rule instanceof Rule.Ban ban) {
            return ban.notTogether().stream()
                    .mapToInt(candidate -> -variable(candidate))
                    .toArray();
        }
        List<Candidate> candidates = ((Rule.Choice) rule).options();
        int[] owner = rule instanceof Rule.Needs need ? new int[] {-variable(need.owner())} : new int[0];
        int[] clause = Arrays.copyOf(owner, owner.length + candidates.size());
        for (int i = 0; i < candidates.size(); i++) {
            clause[owner.length + i] = variable(candidates.get(i));
        }
        return clause;
    }

    /** Adds the rules of {@code chosen} and what they would choose first; false if all of them were looked at before. */
    boolean look(Iterable<Candidate> chosen) {
        boolean grew = false;
        for (Candidate candidate : chosen) {
            grew |= lookAlong(candidate);
        }
        return grew;
    }

    private void lookAlongFirstOptions(Rule.Choice rule) {
        if (!rule.options().isEmpty()) {
            lookAlong(rule.options().get(0));
        }
    }

    private boolean lookAlong(Candidate start) {
        if (needs.containsKey(start)) {
            return false;
        }
        Deque<Candidate> next = new ArrayDeque<>();
        next.add(start);
        while (!next.isEmpty()) {
            for (Rule.Needs need : lookAt(next.remove())) {
                if (!need.options().isEmpty()
                        && !needs.containsKey(need.options().get(0))) {
                    next.add(need.options().get(0));
                }
            }
        }
        return true;
    }

    private List<Rule.Needs> lookAt(Candidate candidate) {
        if (needs.containsKey(candidate)) {
            return List.of();
        }
        String defect = candidate.defect();
        if (defect != null) {
            needs.put(candidate, List.of());
            add(new Rule.Malformed(candidate, defect));
            return List.of();
        }
        List<Rule.Needs> own = new ArrayList<>();
        for (Dependency dependency : candidate.relations().needs()) {
            own.add(new Rule.Needs(candidate, dependency, options.satisfying(candidate, dependency), false));
        }
        if (recommends) {
            for (Dependency dependency : candidate.relations().recommends()) {
                List<Candidate> wishes = options.satisfying(candidate, dependency);
                if (!wishes.isEmpty()) {
                    own.add(new Rule.Needs(candidate, dependency, wishes, true));
                }
            }
        }
        needs.put(candidate, own);
        own.forEach(this::add);
        candidate.relations().conflicts().forEach(relation -> exclude(new Negative(candidate, false, relation)));
        candidate.relations().breaks().forEach(relation -> exclude(new Negative(candidate, true, relation)));
        return own;
    }

    /** Gives up a recommendation. */
    void waive(Rule.Needs recommendation) {
        rules.remove(recommendation);
        needs.getOrDefault(recommendation.owner(), List.of()).remove(recommendation);
    }

    private void add(Rule rule) {
        if (rule instanceof Rule.Choice choice) {
            choice.options().forEach(this::introduce);
        }
        rules.add(rule);
    }

    private void exclude(Negative negative) {
        PackageName name = negative.relation.name();
        negatives.computeIfAbsent(name, any -> new ArrayList<>(1)).add(negative);
        known.getOrDefault(name, List.of()).forEach(target -> ban(negative, target));
    }

    private void ban(Negative negative, Candidate target) {
        if (matching.excludes(negative.owner, negative.relation, target, negative.breaks)) {
            rules.add(new Rule.Excludes(negative.owner, negative.breaks, negative.relation, target));
        }
    }

    private void introduce(Candidate candidate) {
        if (variables.putIfAbsent(candidate, variables.size() + 1) != null) {
            return;
        }
        for (Candidate other : known.getOrDefault(candidate.name(), List.of())) {
            if (other.name().equals(candidate.name()) && !Matching.coinstallable(candidate, other)) {
                rules.add(new Rule.OneOfName(candidate, other));
            }
        }
        for (PackageName name : namesOf(candidate)) {
            known.computeIfAbsent(name, any -> new ArrayList<>(1)).add(candidate);
            negatives.getOrDefault(name, List.of()).forEach(negative -> ban(negative, candidate));
        }
    }

    private static Set<PackageName> namesOf(Candidate candidate) {
        if (candidate.provides().isEmpty()) {
            return Set.of(candidate.name());
        }
        Set<PackageName> names = new HashSet<>();
        names.add(candidate.name());
        candidate.provides().forEach(provided -> names.add(provided.name()));
        return names;
    }
}
