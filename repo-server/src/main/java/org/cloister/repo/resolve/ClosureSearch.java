package org.cloister.repo.resolve;

import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sat4j.core.VecInt;
import org.sat4j.minisat.SolverFactory;
import org.sat4j.minisat.core.DataStructureFactory;
import org.sat4j.minisat.core.Solver;
import org.sat4j.specs.ContradictionException;
import org.sat4j.specs.TimeoutException;

/** Finds a set of candidates that obeys all rules, looking at more and more of them until the set is one that was looked at. */
final class ClosureSearch {
    /** Real requests need a handful; beyond this one, somebody built a riddle. */
    static final int MAX_CONFLICTS = 100_000;

    private final Rulebook rules;

    ClosureSearch(Rulebook rules) {
        this.rules = rules;
    }

    /**
     * The chosen candidates, breadth-first from the request; null if there are none.
     *
     * @throws TimeoutException after {@value #MAX_CONFLICTS} conflicts
     */
    @Nullable
    Set<Candidate> find() throws TimeoutException {
        while (true) {
            Set<Candidate> chosen = solve();
            if (chosen == null || !rules.look(List.copyOf(chosen))) {
                return chosen;
            }
        }
    }

    private @Nullable Set<Candidate> solve() throws TimeoutException {
        Solver<DataStructureFactory> solver = SolverFactory.newMiniLearningHeap();
        solver.setOrder(new DependencyOrder(rules));
        solver.setTimeoutOnConflicts(MAX_CONFLICTS);
        solver.newVar(rules.variables());
        try {
            for (Rule rule : rules.rules()) {
                solver.addClause(new VecInt(rules.clause(rule)));
            }
        } catch (ContradictionException refuted) {
            return null;
        }
        return solver.isSatisfiable() ? reached(solver.model()) : null;
    }

    /** The model may hold more than needs lead to: what the solver derived on the way. */
    private Set<Candidate> reached(int[] model) {
        BitSet chosen = new BitSet();
        for (int literal : model) {
            chosen.set(Math.abs(literal), literal > 0);
        }
        NeedWalk walk = new NeedWalk(rules, candidate -> chosen.get(rules.variable(candidate)));
        if (walk.unfulfilled() != null) {
            throw new IllegalStateException("no model: nothing fulfils " + walk.unfulfilled());
        }
        return walk.reached();
    }
}
