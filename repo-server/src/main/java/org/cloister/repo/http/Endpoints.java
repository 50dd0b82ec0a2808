package org.cloister.repo.http;

import java.util.LinkedHashMap;
import java.util.Map;

/** Collects which endpoint answers which operation. */
final class Endpoints {
    private final Map<String, Endpoint> byOperation = new LinkedHashMap<>();

    Endpoints on(String operation, Endpoint endpoint) {
        if (byOperation.put(operation, endpoint) != null) {
            throw new IllegalStateException("two endpoints for " + operation);
        }
        return this;
    }

    Map<String, Endpoint> byOperation() {
        return byOperation;
    }
}
