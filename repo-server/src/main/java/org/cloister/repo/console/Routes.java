package org.cloister.repo.console;

import io.vertx.core.Future;

/** Where pages and actions register. Each is open to those to whom an operation of {@code openapi.yaml} is. */
interface Routes {
    /** Makes an answer of what the views and the log hold; on a worker thread, when the views are up to date. */
    @FunctionalInterface
    interface Reading {
        Answer read(Visit visit) throws Exception;
    }

    /** Does what a form asks for; on the event loop, must not block. */
    @FunctionalInterface
    interface Doing {
        Future<Answer> carryOut(Visit visit);
    }

    /** @param path below the console's, with {@code :name} for parameters */
    Routes page(String path, String operation, Reading reading);

    /** @param path to which a form is sent */
    Routes action(String path, String operation, Doing doing);
}
