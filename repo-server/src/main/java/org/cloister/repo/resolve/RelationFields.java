package org.cloister.repo.resolve;

import java.util.List;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.Dependency;
import org.cloister.repo.control.Paragraph;

/** The relationship fields of one package as text; an absent field is empty. */
record RelationFields(
        String preDepends,
        String depends,
        String recommends,
        String conflicts,
        String breaks,
        String provides,
        String replaces) {
    static RelationFields of(Paragraph control) {
        return new RelationFields(
                field(control, "Pre-Depends"),
                field(control, "Depends"),
                field(control, "Recommends"),
                field(control, "Conflicts"),
                field(control, "Breaks"),
                field(control, "Provides"),
                field(control, "Replaces"));
    }

    private static String field(Paragraph control, String name) {
        String value = control.get(name);
        return value == null ? "" : value;
    }

    /** A malformed wish keeps nobody from having the package. */
    private List<Dependency> recommended(Architecture architecture) {
        try {
            return Relations.dependencies("Recommends", recommends, architecture);
        } catch (IllegalArgumentException malformed) {
            return List.of();
        }
    }

    /** @throws IllegalArgumentException if a field is malformed */
    Relations read(Architecture architecture) {
        return new Relations(
                Relations.dependencies("Pre-Depends", preDepends, architecture),
                Relations.dependencies("Depends", depends, architecture),
                recommended(architecture),
                Relations.relations("Conflicts", conflicts, architecture),
                Relations.relations("Breaks", breaks, architecture),
                Relations.provided(provides, architecture),
                Relations.relations("Replaces", replaces, architecture));
    }
}
