package org.cloister.repo.resolve;

import org.cloister.events.deb.Architecture;
import org.cloister.repo.control.Paragraph;

/** The relationship fields of one package as text; an absent field is empty. */
record RelationFields(
        String preDepends, String depends, String conflicts, String breaks, String provides, String replaces) {
    static RelationFields of(Paragraph control) {
        return new RelationFields(
                field(control, "Pre-Depends"),
                field(control, "Depends"),
                field(control, "Conflicts"),
                field(control, "Breaks"),
                field(control, "Provides"),
                field(control, "Replaces"));
    }

    private static String field(Paragraph control, String name) {
        String value = control.get(name);
        return value == null ? "" : value;
    }

    /** @throws IllegalArgumentException if a field is malformed */
    Relations read(Architecture architecture) {
        return new Relations(
                Relations.dependencies("Pre-Depends", preDepends, architecture),
                Relations.dependencies("Depends", depends, architecture),
                Relations.relations("Conflicts", conflicts, architecture),
                Relations.relations("Breaks", breaks, architecture),
                Relations.provided(provides, architecture),
                Relations.relations("Replaces", replaces, architecture));
    }
}
