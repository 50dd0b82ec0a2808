package org.cloister.repo.http;

import java.io.Serial;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.decide.Rule;

/** Carries a problem through Vert.x' futures to the place that answers. Has no stack trace: it is no failure. */
public final class RefusedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    RefusedException(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    public static RefusedException of(Refusal refusal) {
        return new RefusedException(Problem.of(refusal));
    }

    public static RefusedException of(Rule rule, String detail, String remedy) {
        return of(new Refusal(rule, detail, remedy));
    }

    Problem problem() {
        return problem;
    }
}
