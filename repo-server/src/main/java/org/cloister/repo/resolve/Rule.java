package org.cloister.repo.resolve;

import java.util.List;
import org.cloister.events.deb.Dependency;
import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Relation;

/** One thing that must hold in a closure, with what it came from: a clause of the SAT problem that can explain itself. */
sealed interface Rule {
    /** Rules of which one option has to be chosen; the best option is first. */
    sealed interface Choice extends Rule {
        List<Candidate> options();
    }

    /** Rules that forbid something. */
    sealed interface Ban extends Rule {
        List<Candidate> notTogether();
    }

    /** The request names it. */
    record Asked(Wanted wanted, List<Candidate> options) implements Choice {}

    /** Every root has it. */
    record Essential(PackageName name, List<Candidate> options) implements Choice {}

    /**
     * If {@code owner} is chosen, so is an option.
     *
     * @param waivable a recommendation, which is given up where it contradicts the other rules
     */
    record Needs(Candidate owner, Dependency dependency, List<Candidate> options, boolean waivable) implements Choice {}

    /** {@code owner}'s Conflicts or Breaks names {@code target}. */
    record Excludes(Candidate owner, boolean breaks, Relation relation, Candidate target) implements Ban {
        @Override
        public List<Candidate> notTogether() {
            return List.of(owner, target);
        }
    }

    /** Two packages of one name that can't be in one root. */
    record OneOfName(Candidate one, Candidate other) implements Ban {
        @Override
        public List<Candidate> notTogether() {
            return List.of(one, other);
        }
    }

    /** Its relations can't be read, so nobody can say what it needs. */
    record Malformed(Candidate candidate, String defect) implements Ban {
        @Override
        public List<Candidate> notTogether() {
            return List.of(candidate);
        }
    }
}
