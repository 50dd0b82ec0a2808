package org.cloister.repo.resolve;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.Dependency;
import org.cloister.events.deb.Relation;
import org.cloister.events.deb.VersionBound;
import org.cloister.events.deb.VersionOperator;

/**
 * The relationship fields of one package, read. Relations restricted to other architectures or to build profiles are left
 * out; binary packages should have none (Debian Policy 7.1).
 */
public record Relations(
        List<Dependency> preDepends,
        List<Dependency> depends,
        List<Dependency> recommends,
        List<Relation> conflicts,
        List<Relation> breaks,
        List<Relation> provides,
        List<Relation> replaces) {

    /** All that has to be there: Pre-Depends, then Depends. */
    List<Dependency> needs() {
        return preDepends.isEmpty()
                ? depends
                : Stream.concat(preDepends.stream(), depends.stream()).toList();
    }

    static List<Dependency> dependencies(String name, String field, Architecture architecture) {
        List<Dependency> applying = new ArrayList<>();
        for (Dependency dependency : named(name, field, Dependency::parseList)) {
            List<Relation> alternatives = applying(dependency.alternatives(), architecture);
            if (!alternatives.isEmpty()) {
                applying.add(new Dependency(alternatives));
            }
        }
        return List.copyOf(applying);
    }

    static List<Relation> relations(String name, String field, Architecture architecture) {
        return applying(named(name, field, Relation::parseList), architecture);
    }

    /** Provides may only say {@code =} (Debian Policy 7.1). */
    static List<Relation> provided(String field, Architecture architecture) {
        List<Relation> provides = relations("Provides", field, architecture);
        for (Relation provided : provides) {
            VersionBound bound = provided.bound();
            if (bound != null && bound.operator() != VersionOperator.EXACTLY) {
                throw new IllegalArgumentException("the field Provides is malformed: " + provided + " has to say =");
            }
        }
        return provides;
    }

    private static List<Relation> applying(List<Relation> relations, Architecture architecture) {
        return relations.stream()
                .filter(relation -> relation.appliesTo(architecture))
                .toList();
    }

    private static <T> List<T> named(String name, String field, Function<String, List<T>> parser) {
        try {
            return parser.apply(field);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the field " + name + " is malformed: " + e.getMessage(), e);
        }
    }
}
