package org.cloister.repo.http;

/** What answers one operation. Called on an event loop: must not block. */
@FunctionalInterface
interface Endpoint {
    /** A {@link RefusedException} that is thrown becomes a problem document. */
    void answer(Exchange exchange);
}
