package org.cloister.agent.root;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.cloister.events.deb.Dependency;
import org.cloister.events.deb.PackageName;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.Manifest;

/**
 * A package that has nothing itself and stands for those that it depends on, such as build-essential or default-jre: who
 * installs it wants their programs.
 */
final class Metapackage {
    /** What even such a package ships: its documentation, and what the import keeps of its control members. */
    private static final List<String> ABOUT_ITSELF = List.of(
            "usr/share/doc/",
            "usr/share/bug/",
            "usr/share/lintian/",
            "usr/share/man/",
            "usr/share/metainfo/",
            "var/lib/dpkg/");

    private Metapackage() {}

    static boolean test(Manifest own) {
        return own.entries().stream()
                .filter(entry -> entry.type() == EntryType.FILE)
                .allMatch(entry -> ABOUT_ITSELF.stream().anyMatch(entry.path()::startsWith));
    }

    /**
     * The names in the dependencies of a package, alternatives too.
     *
     * @param status dpkg's status file; a package that it doesn't have, or a malformed field, gives none
     */
    static Set<String> dependencies(String status, PackageName name) {
        String start = "Package: " + name + "\n";
        int at = status.startsWith(start) ? 0 : status.indexOf("\n" + start) + 1;
        if (at == 0 && !status.startsWith(start)) {
            return Set.of();
        }
        int end = status.indexOf("\n\n", at);
        String paragraph = status.substring(at, end < 0 ? status.length() : end);
        return Stream.of("Pre-Depends: ", "Depends: ")
                .flatMap(field -> paragraph
                        .lines()
                        .filter(line -> line.startsWith(field))
                        .map(line -> line.substring(field.length())))
                .flatMap(Metapackage::read)
                .flatMap(dependency -> dependency.alternatives().stream())
                .map(relation -> relation.name().text())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Stream<Dependency> read(String field) {
        try {
            return Dependency.parseList(field).stream();
        } catch (IllegalArgumentException malformed) {
            return Stream.empty();
        }
    }
}
