package org.cloister.repo.console.model;

import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * The first of many.
 *
 * @param total how many there are, those that aren't shown too
 */
public record Limited<T>(List<T> shown, int total) {
    /** Rows of one table: more are no longer read by anybody, and every page has an end. */
    static final int MAX = 200;

    public Limited {
        shown = List.copyOf(shown);
    }

    public static <S, T> Limited<T> of(Collection<S> all, Function<S, T> row) {
        return new Limited<>(all.stream().limit(MAX).map(row).toList(), all.size());
    }

    public boolean isEmpty() {
        return total == 0;
    }

    /** How many are left out. */
    public int rest() {
        return total - shown.size();
    }
}
