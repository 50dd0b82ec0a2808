package org.cloister.agent.command;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Where a person's command keeps its things (XDG Base Directory Specification). {@code bin/cloister} looks in the same places.
 *
 * @param ownConfiguration what {@code login} writes
 * @param sharedConfiguration what is read where there is no own one
 * @param clientState what the command remembers
 */
record Places(Path ownConfiguration, Path sharedConfiguration, Path clientState) {
    private static final Path SHARED = Path.of("/etc/cloister/config");

    static Places of(Map<String, String> environment, String home) {
        String config = value(environment, "XDG_CONFIG_HOME", home + "/.config");
        String state = value(environment, "XDG_STATE_HOME", home + "/.local/state");
        String own = value(environment, "CLOISTER_CONFIG", config + "/cloister/config");
        boolean told = !environment.getOrDefault("CLOISTER_CONFIG", "").isEmpty();
        return new Places(Path.of(own), told ? Path.of(own) : SHARED, Path.of(state, "cloister", "client"));
    }

    private static String value(Map<String, String> environment, String name, String otherwise) {
        String value = environment.getOrDefault(name, "");
        return value.isEmpty() ? otherwise : value;
    }

    /** The file to read. */
    Path configuration(Predicate<Path> exists) {
        return exists.test(ownConfiguration) ? ownConfiguration : sharedConfiguration;
    }
}
