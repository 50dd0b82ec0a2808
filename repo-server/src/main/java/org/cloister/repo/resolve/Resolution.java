package org.cloister.repo.resolve;

import java.util.List;

/** What became of a request. */
public sealed interface Resolution {
    /**
     * The request can be had: these packages and no others, every one needed.
     *
     * @param inConfigurationOrder dependencies first; depends on the set only, so that equal sets give equal closures
     */
    record Resolved(List<Candidate> inConfigurationOrder) implements Resolution {
        public Resolved {
            inConfigurationOrder = List.copyOf(inConfigurationOrder);
        }
    }

    /** No set of published packages fulfils the request; {@code explanation} is for a person and says why not. */
    record Unsatisfiable(String explanation) implements Resolution {}
}
