package org.cloister.agent.service;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The values of a unit file as a reader asks for them. What can't be understood is noted, and is as if it weren't there. */
final class UnitValues {
    static final String SERVICE = "Service";
    static final String UNIT = "Unit";
    static final String INSTALL = "Install";

    private final UnitFile file;
    private final Specifiers specifiers;
    private final Set<String> problems = new LinkedHashSet<>();

    UnitValues(UnitFile file, Specifiers specifiers) {
        this.file = file;
        this.specifiers = specifiers;
        problems.addAll(file.problems());
    }

    Specifiers specifiers() {
        return specifiers;
    }

    String expand(String text) {
        return specifiers.expand(text);
    }

    List<UnitFile.Assignment> assignments() {
        return file.assignments();
    }

    List<String> all(String section, String key) {
        return file.values(section, key);
    }

    Optional<String> last(String section, String key) {
        return file.value(section, key);
    }

    /** For who asks why something of the unit has no effect. */
    void note(String problem) {
        problems.add(problem);
    }

    List<String> notes() {
        return List.copyOf(problems);
    }

    /** What {@code parser} makes of the value; empty, and noted, where it refuses. */
    <T> Optional<T> attempt(String key, String value, Function<String, T> parser) {
        try {
            return Optional.of(parser.apply(value));
        } catch (IllegalArgumentException e) {
            problems.add(key + "= can't be read and is left out: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** With specifiers expanded. */
    Optional<String> text(String section, String key) {
        return file.value(section, key).flatMap(value -> attempt(key, value, specifiers::expand));
    }

    <T> T value(String section, String key, T otherwise, Function<String, T> parser) {
        return file.value(section, key)
                .flatMap(value -> attempt(key, value, parser))
                .orElse(otherwise);
    }

    boolean flag(String key, boolean otherwise) {
        return value(SERVICE, key, otherwise, UnitValues::yes);
    }

    private static boolean yes(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "1", "yes", "y", "true", "t", "on" -> true;
            case "0", "no", "n", "false", "f", "off" -> false;
            default -> throw new IllegalArgumentException(value + " is neither yes nor no");
        };
    }
}
