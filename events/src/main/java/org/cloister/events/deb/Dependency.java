package org.cloister.events.deb;

import java.util.List;
import java.util.stream.Collectors;

/** One element of Depends or Pre-Depends: satisfied by any of its alternatives, the first ones preferred (Debian Policy 7.1). */
public record Dependency(List<Relation> alternatives) {
    public Dependency {
        alternatives = List.copyOf(alternatives);
        if (alternatives.isEmpty()) {
            throw new IllegalArgumentException("a dependency has at least one alternative");
        }
    }

    /**
     * A field such as {@code a (>= 1), b | c}. Empty elements are skipped, as apt does.
     *
     * @throws IllegalArgumentException with what is wrong and where
     */
    public static List<Dependency> parseList(String field) {
        return new RelationParser(field).dependencies();
    }

    /** A field that {@link #parseList} reads back. */
    public static String print(List<Dependency> dependencies) {
        return dependencies.stream().map(Dependency::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return alternatives.stream().map(Relation::toString).collect(Collectors.joining(" | "));
    }
}
