package org.cloister.repo.resolve;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.sat4j.specs.TimeoutException;

/**
 * The closure of a request: the packages that are asked for, the Essential ones, and exactly what they need by Debian's rules
 * (Depends, Pre-Depends, Conflicts, Breaks, versioned Provides, multiarch; Recommends only if the request says so). Where the rules leave a choice, the
 * newest version and the first alternative win, choices nearer to the request before others. Stateless and thread-safe;
 * the same arguments give the same result.
 */
public final class ClosureResolver {
    private final Predicate<Candidate> withoutScript;

    /** A resolver that doesn't know which packages have scripts. */
    public ClosureResolver() {
        this(candidate -> false);
    }

    /** @param withoutScript whether a package surely has no postinst: cycles are configured from there */
    public ClosureResolver(Predicate<Candidate> withoutScript) {
        this.withoutScript = withoutScript;
    }

    /** The one that was found furthest from the request. */
    private static Rule.@Nullable Needs lastRecommendation(List<Rule> core) {
        Rule.Needs last = null;
        for (Rule rule : core) {
            if (rule instanceof Rule.Needs need && need.waivable()) {
                last = need;
            }
        }
        return last;
    }

    public Resolution resolve(PackageIndex index, Request request) {
        Matching matching = new Matching(request.architecture());
        Rulebook rules = new Rulebook(index, request, new Options(index, request, matching), matching);
        try {
            Set<Candidate> found = new ClosureSearch(rules).find();
            while (found == null) {
                List<Rule> core = new Contradiction(rules).minimal();
                Rule.Needs last = lastRecommendation(core);
                if (last != null) {
                    rules.waive(last);
                    found = new ClosureSearch(rules).find();
                    continue;
                }
                return new Resolution.Unsatisfiable(new Explanation(index, request, matching, core).text());
            }
            Set<Candidate> closure = new Pruning(rules).prune(found);
            return new Resolution.Resolved(ConfigurationOrder.of(closure, matching, withoutScript));
        } catch (TimeoutException e) {
            return new Resolution.Unsatisfiable(
                    "the alternatives contradict each other in so many ways that the search was" + " given up after "
                            + ClosureSearch.MAX_CONFLICTS + " conflicts; ask for exact versions");
        }
    }
}
