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
    private final Rulebook rules;
    private final Predicate<Candidate> chosen;
    private final Set<Candidate> reached = new LinkedHashSet<>();
    private final Deque<Candidate> next = new ArrayDeque<>();
    private List<? extends Rule.Choice> needs;
    private int at;

    NeedWalk(Rulebook rules, Predicate<Candidate> chosen) {
        this.rules = rules;
        this.chosen = chosen;
        this.needs = rules.roots();
    }

    /**
     * Walks on to the first need that no chosen candidate fulfils; null if there is none. Called again, it goes on from there:
     * right as long as nothing that was chosen stopped being so.
     */
    Rule.@Nullable Choice unfulfilled() {
        while (true) {
            while (at < needs.size()) {
                Candidate option = firstChosen(needs.get(at));
                if (option == null) {
                    return needs.get(at);
                }
                at++;
                if (reached.add(option)) {
                    next.add(option);
                }
            }
            if (next.isEmpty()) {
                return null;
            }
            needs = rules.needs(next.remove());
            at = 0;
        }
    }

    private @Nullable Candidate firstChosen(Rule.Choice need) {
        for (Candidate option : need.options()) {
            if (chosen.test(option)) {
                return option;
            }
        }
        return null;
    }

    /** What was reached so far, in that order. */
    Set<Candidate> reached() {
        return Collections.unmodifiableSet(reached);
    }
}
