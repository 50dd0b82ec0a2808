package org.cloister.repo.http;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;

/** What answers on the repository's port beside the operations of {@code openapi.yaml}. */
@FunctionalInterface
public interface Surface {
    /**
     * What it shares with the others.
     *
     * @param refusals where it is noted that somebody may not do what they asked for
     * @param readers for what reads the database and views
     * @param verifiers few: for what reads the whole log
     */
    record Means(
            Vertx vertx,
            Authenticator authenticator,
            Tail tail,
            Workers readers,
            Workers verifiers,
            RefusalLog refusals) {}

    /** Adds routes. Once, before the server listens. What it doesn't answer is answered by the described surface. */
    void mount(Router router, Means means);
}
