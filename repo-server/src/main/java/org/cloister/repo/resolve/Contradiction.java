package org.cloister.repo.resolve;

import java.util.ArrayList;
import java.util.List;
import org.sat4j.core.VecInt;
import org.sat4j.minisat.SolverFactory;
import org.sat4j.minisat.core.DataStructureFactory;
import org.sat4j.minisat.core.Solver;
import org.sat4j.specs.ContradictionException;
import org.sat4j.specs.IVecInt;
import org.sat4j.specs.TimeoutException;

/** Rules that contradict each other, so few that without any of them the rest could be obeyed. */
final class Contradiction {
    private final Rulebook rulebook;

    Contradiction(Rulebook rulebook) {
        this.rulebook = rulebook;
    }

    /** A minimal contradiction among the known rules, which have one; in the order of the rules. */
    List<Rule> minimal() throws TimeoutException {
        List<Rule> core = core(rulebook.rules());
        for (Rule rule : List.copyOf(core)) {
            if (core.contains(rule)) {
                List<Rule> without = new ArrayList<>(core);
                without.remove(rule);
                List<Rule> smaller = core(without);
                core = smaller.isEmpty() ? core : smaller;
            }
        }
        return core;
    }

    /** Rules that the solver used to refute all of them; none if they can be obeyed. Each rule gets a switch of its own. */
    private List<Rule> core(List<Rule> rules) throws TimeoutException {
        Solver<DataStructureFactory> solver = SolverFactory.newMiniLearningHeap();
        solver.setTimeoutOnConflicts(ClosureSearch.MAX_CONFLICTS);
        int switches = rulebook.variables();
        solver.newVar(switches + rules.size());
        VecInt assumed = new VecInt();
        try {
            for (int i = 0; i < rules.size(); i++) {
                int on = switches + i + 1;
                solver.addClause(new VecInt(rulebook.clause(rules.get(i))).push(-on));
                assumed.push(on);
            }
        } catch (ContradictionException e) {
            throw new IllegalStateException("switched clauses contradict nothing", e);
        }
        return solver.isSatisfiable(assumed) ? List.of() : used(rules, solver.unsatExplanation(), switches);
    }

    private static List<Rule> used(List<Rule> rules, IVecInt explanation, int switches) {
        boolean[] used = new boolean[rules.size()];
        for (int i = 0; i < explanation.size(); i++) {
            used[Math.abs(explanation.get(i)) - switches - 1] = true;
        }
        List<Rule> core = new ArrayList<>();
        for (int i = 0; i < used.length; i++) {
            if (used[i]) {
                core.add(rules.get(i));
            }
        }
        return core;
    }
}
