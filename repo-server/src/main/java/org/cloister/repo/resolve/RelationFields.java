package org.cloister.repo.resolve;

import java.util.List;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.Dependency;
import org.cloister.events.deb.Relation;
import org.cloister.repo.control.Paragraph;

/** The relationship fields of one package as text, in the grammar of its format; an absent field is empty. */
record RelationFields(
        boolean rpm,
        String preDepends,
        String depends,
        String recommends,
        String conflicts,
        String breaks,
        String provides,
        String replaces) {
    /** RPM's Obsoletes keep a package out of a root as Breaks do, and its Files are provided. */
    static RelationFields of(Paragraph control, boolean rpm) {
        return rpm
                ? new RelationFields(
                        true,
                        field(control, "Requires-Scripts"),
                        field(control, "Requires"),
                        field(control, "Recommends"),
                        field(control, "Conflicts"),
                        field(control, "Obsoletes"),
                        (field(control, "Provides") + "\n" + field(control, "Files")).strip(),
                        "")
                : new RelationFields(
                        false,
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
            return rpm
                    ? RpmRelations.dependencies("Recommends", recommends)
                    : Relations.dependencies("Recommends", recommends, architecture);
        } catch (IllegalArgumentException malformed) {
            return List.of();
        }
    }

    /** @throws IllegalArgumentException if the field is malformed */
    List<Relation> provided(Architecture architecture) {
        return rpm ? RpmRelations.list("Provides", provides) : Relations.provided(provides, architecture);
    }

    /** @throws IllegalArgumentException if a field is malformed */
    Relations read(Architecture architecture) {
        return rpm
                ? readRpm(architecture)
                : new Relations(
                        Relations.dependencies("Pre-Depends", preDepends, architecture),
                        Relations.dependencies("Depends", depends, architecture),
                        recommended(architecture),
                        Relations.relations("Conflicts", conflicts, architecture),
                        Relations.relations("Breaks", breaks, architecture),
                        provided(architecture),
                        Relations.relations("Replaces", replaces, architecture));
    }

    /** What a package provides itself it doesn't need of others: rpmbuild writes down both. */
    private Relations readRpm(Architecture architecture) {
        List<Relation> provided = provided(architecture);
        return new Relations(
                unfulfilled(RpmRelations.dependencies("Requires-Scripts", preDepends), provided),
                unfulfilled(RpmRelations.dependencies("Requires", depends), provided),
                unfulfilled(recommended(architecture), provided),
                RpmRelations.list("Conflicts", conflicts),
                RpmRelations.list("Obsoletes", breaks),
                provided,
                List.of());
    }

    private static List<Dependency> unfulfilled(List<Dependency> needs, List<Relation> provided) {
        return needs.stream()
                .filter(need -> !RpmRelations.fulfilled(need, provided))
                .toList();
    }
}
