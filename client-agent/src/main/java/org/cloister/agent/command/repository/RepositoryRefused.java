package org.cloister.agent.command.repository;

import java.io.IOException;

/** The repository answered, and the answer is no. */
public final class RepositoryRefused extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    public RepositoryRefused(Problem problem) {
        super(problem.title() + ": " + problem.detail());
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}
