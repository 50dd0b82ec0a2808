package org.cloister.repo.resolve;

import java.util.List;
import org.cloister.events.deb.Dependency;
import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Relation;
import org.cloister.events.deb.RpmVersion;
import org.cloister.events.deb.VersionBound;
import org.cloister.events.deb.VersionOperator;
import org.cloister.events.layer.BaseLayer;

/**
 * Relations of RPM packages as rpm prints them ({@code rpm -q --requires}): lines of {@code NAME}, or {@code NAME OPERATOR
 * VERSION}. Names of files are taken as they are in a root, {@code /bin/sh} as {@code /usr/bin/sh}.
 */
final class RpmRelations {
    private RpmRelations() {}

    /** @throws IllegalArgumentException if a line is malformed, with the field */
    static List<Relation> list(String name, String field) {
        try {
            return field.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .map(RpmRelations::relation)
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the field " + name + " is malformed: " + e.getMessage(), e);
        }
    }

    static List<Dependency> dependencies(String name, String field) {
        return list(name, field).stream()
                .map(relation -> new Dependency(List.of(relation)))
                .toList();
    }

    /** Whether one of what is provided, or the package itself, is enough for the need. */
    static boolean fulfilled(Dependency need, List<Relation> provides) {
        Relation wanted = need.alternatives().get(0);
        return provides.stream().anyMatch(provided -> meets(wanted, provided));
    }

    /** Equal names, and versions in common; where one side names none, any will do (rpmdsCompare of rpm). */
    static boolean meets(Relation wanted, Relation provided) {
        VersionBound one = wanted.bound();
        VersionBound other = provided.bound();
        return wanted.name().equals(provided.name()) && (one == null || other == null || one.overlaps(other));
    }

    private static Relation relation(String line) {
        String[] words = line.split(" ");
        if (words.length == 1) {
            return Relation.to(name(words[0]));
        }
        if (words.length != 3) {
            throw new IllegalArgumentException(line + " isn't NAME or NAME OPERATOR VERSION");
        }
        VersionBound bound = new VersionBound(operator(words[1]), new RpmVersion(words[2]));
        return new Relation(name(words[0]), null, bound, List.of(), List.of());
    }

    private static PackageName name(String word) {
        return PackageName.ofRpm(word.startsWith("/") ? "/" + BaseLayer.canonicalPath(word.substring(1)) : word);
    }

    private static VersionOperator operator(String sign) {
        return switch (sign) {
            case "<" -> VersionOperator.EARLIER;
            case "<=" -> VersionOperator.EARLIER_OR_EQUAL;
            case "=" -> VersionOperator.EXACTLY;
            case ">=" -> VersionOperator.LATER_OR_EQUAL;
            case ">" -> VersionOperator.LATER;
            default -> throw new IllegalArgumentException(sign + " is no operator");
        };
    }
}
