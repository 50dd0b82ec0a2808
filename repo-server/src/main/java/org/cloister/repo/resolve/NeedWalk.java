package org.cloister.repo.resolve;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Follows needs breadth-first from the request, each through its first option that is chosen. */
final class NeedWalk {
    private final Set<Candidate> reached = new LinkedHashSet<>();
    private final Deque<Candidate> next = new ArrayDeque<>();
    private Rule.@Nullable Choice unfulfilled;

    /** Ends early at the first need that no chosen candidate fulfils. */
    NeedWalk(Rulebook rules, Predicate<Candidate> chosen) {
        boolean fulfilled = follow(rules.roots(), chosen);
        while (fulfilled && !next.isEmpty()) {
            fulfilled = follow(rules.needs(next.remove()), chosen);
        }
    }

    private boolean follow(List<? extends Rule.Choice> needs, Predicate<Candidate> chosen) {
        for (Rule.Choice need : needs) {
            Candidate option = first(need, chosen);
            if (option == null) {
                unfulfilled = need;
                return false;
            }
            if (reached.add(option)) {
                next.add(option);
            }
        }
        return true;
    }

    private static @Nullable Candidate first(Rule.Choice need, Predicate<Candidate> chosen) {
        for (Candidate option : need.options()) {
            if (chosen.test(option)) {
                return option;
            }
        }
        return null;
    }

    /** What was reached, in that order. */
    Set<Candidate> reached() {
        return Collections.unmodifiableSet(reached);
    }

    /** The need that ended the walk; null if all are fulfilled. */
    Rule.@Nullable Choice unfulfilled() {
        return unfulfilled;
    }
}
