package org.cloister.repo.resolve;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import org.sat4j.minisat.core.ILits;
import org.sat4j.minisat.core.IOrder;
import org.sat4j.minisat.core.IPhaseSelectionStrategy;
import org.sat4j.minisat.orders.NegativeLiteralSelectionStrategy;

/**
 * Decides like a person with a package tool: takes the first need, in breadth-first order from the request, that no chosen
 * package fulfils, and chooses its best option that is still free. As the order is fixed, a choice is given up only when the
 * rules refute it, whatever is chosen after it: earlier preferences win over later ones. What no need leads to is not chosen.
 */
final class DependencyOrder implements IOrder {
    private final Rulebook rules;
    private @Nullable ILits literals;
    /** Where the walk stands; null after a choice was taken back. */
    private @Nullable NeedWalk walk;

    private int refused;

    DependencyOrder(Rulebook rules) {
        this.rules = rules;
    }

    @Override
    public int select() {
        ILits assigned = assigned();
        NeedWalk current = walk;
        if (current == null) {
            current = new NeedWalk(rules, candidate -> assigned.isSatisfied(literal(candidate)));
            walk = current;
            refused = 0;
        }
        Rule.Choice open = current.unfulfilled();
        return open == null ? refusal(assigned) : choice(open, assigned);
    }

    private int choice(Rule.Choice open, ILits assigned) {
        for (Candidate option : open.options()) {
            if (assigned.isUnassigned(literal(option))) {
                return literal(option);
            }
        }
        throw new IllegalStateException("the solver left a contradiction: " + open);
    }

    /** Nothing more is needed: the rest is refused, which contradicts nothing. */
    private int refusal(ILits assigned) {
        while (refused < rules.variables()) {
            refused++;
            if (assigned.isUnassigned(refused << 1)) {
                return refused << 1 | 1;
            }
        }
        return ILits.UNDEFINED;
    }

    private ILits assigned() {
        ILits known = literals;
        if (known == null) {
            throw new IllegalStateException("the solver has not begun");
        }
        return known;
    }

    /** Sat4j's number of the positive literal. */
    private int literal(Candidate candidate) {
        return rules.variable(candidate) << 1;
    }

    @Override
    public void setLits(ILits lits) {
        this.literals = lits;
    }

    @Override
    public IPhaseSelectionStrategy getPhaseSelectionStrategy() {
        return new NegativeLiteralSelectionStrategy();
    }

    @Override
    public void setPhaseSelectionStrategy(IPhaseSelectionStrategy strategy) {}

    @Override
    public double varActivity(int variable) {
        return 0;
    }

    @Override
    public double[] getVariableHeuristics() {
        return new double[0];
    }

    @Override
    public void init() {}

    @Override
    public void undo(int variable) {
        walk = null;
    }

    @Override
    public void updateVar(int literal) {}

    @Override
    public void updateVar(int literal, double value) {}

    @Override
    public void updateVarAtDecisionLevel(int literal) {}

    @Override
    public void assignLiteral(int literal) {}

    @Override
    public void setVarDecay(double decay) {}

    @Override
    public void varDecayActivity() {}

    @Override
    public void printStat(PrintWriter out, String prefix) {}
}
