package org.cloister.repo.resolve;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Leaves out what a closure can do without: an option chosen early for a need that a later choice fulfils too. */
final class Pruning {
    private final Rulebook rules;

    Pruning(Rulebook rules) {
        this.rules = rules;
    }

    /** A part of {@code closure} that fulfils every need and of which no package can be left out. The last ones are tried first. */
    Set<Candidate> prune(Set<Candidate> closure) {
        Set<Candidate> smallest = closure;
        boolean smaller = true;
        while (smaller) {
            smaller = false;
            List<Candidate> order = new ArrayList<>(dispensable(smallest));
            Collections.reverse(order);
            for (Candidate candidate : order) {
                Set<Candidate> without = smallest.contains(candidate) ? without(smallest, candidate) : null;
                if (without != null) {
                    smallest = without;
                    smaller = true;
                }
            }
        }
        return smallest;
    }

    /** The packages that are the only ones for no need. */
    private Set<Candidate> dispensable(Set<Candidate> closure) {
        Set<Candidate> dispensable = new LinkedHashSet<>(closure);
        rules.roots().forEach(rule -> dispensable.remove(onlyOne(rule, closure)));
        for (Candidate candidate : closure) {
            rules.needs(candidate).forEach(rule -> dispensable.remove(onlyOne(rule, closure)));
        }
        return dispensable;
    }

    private static @Nullable Candidate onlyOne(Rule.Choice rule, Set<Candidate> closure) {
        Candidate only = null;
        for (Candidate option : rule.options()) {
            if (closure.contains(option)) {
                if (only != null && !only.equals(option)) {
                    return null;
                }
                only = option;
            }
        }
        return only;
    }

    /** What the needs lead to if {@code left} may not be used; null if some need is then unfulfilled. */
    private @Nullable Set<Candidate> without(Set<Candidate> closure, Candidate left) {
        NeedWalk walk = new NeedWalk(rules, option -> closure.contains(option) && !option.equals(left));
        return walk.unfulfilled() == null ? walk.reached() : null;
    }
}
