package org.cloister.repo.view;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One object for all that are equal, as each event brings its own: names of roots and people, layers. Holds as many as the log has different
 * ones. Thread-safe.
 */
final class Shared<T> {
    private final Map<T, T> all = new ConcurrentHashMap<>();

    T of(T thing) {
        T known = all.putIfAbsent(thing, thing);
        return known == null ? thing : known;
    }
}
