package org.cloister.repo.http;

import org.cloister.repo.decide.Rule;

/** Operations whose part isn't there yet say so. */
final class Unwired {
    private Unwired() {}

    static void answer(Exchange exchange) {
        throw RefusedException.of(
                Rule.NOT_FOUND,
                "this repository does not do " + exchange.context().normalizedPath() + " yet",
                "upgrade the repository");
    }
}
