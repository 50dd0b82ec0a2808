package org.cloister.agent.service;

import java.util.Optional;

/**
 * A condition on a path of the root (systemd.unit(5), "Conditions and Asserts").
 *
 * @param negated whether it holds where the check doesn't
 * @param triggering prefix {@code |}: of all these one is enough
 * @param assertion whether the start fails where it doesn't hold, instead of being left out
 */
public record Condition(Check check, String argument, boolean negated, boolean triggering, boolean assertion) {
    /** What is looked for at the path. */
    public enum Check {
        PATH_EXISTS("PathExists"),
        PATH_IS_DIRECTORY("PathIsDirectory"),
        PATH_IS_SYMBOLIC_LINK("PathIsSymbolicLink"),
        DIRECTORY_NOT_EMPTY("DirectoryNotEmpty"),
        FILE_NOT_EMPTY("FileNotEmpty"),
        FILE_IS_EXECUTABLE("FileIsExecutable");

        private final String key;

        Check(String key) {
            this.key = key;
        }
    }

    /** Empty if the key names no check of this program's. */
    static Optional<Condition> parse(String key, String value, Specifiers specifiers) {
        boolean assertion = key.startsWith("Assert");
        String kind = key.substring((assertion ? "Assert" : "Condition").length());
        for (Check check : Check.values()) {
            if (check.key.equals(kind)) {
                boolean triggering = value.startsWith("|");
                String rest = triggering ? value.substring(1).strip() : value;
                boolean negated = rest.startsWith("!");
                String path = specifiers.expand(negated ? rest.substring(1).strip() : rest);
                return Optional.of(new Condition(check, path, negated, triggering, assertion));
            }
        }
        return Optional.empty();
    }

    /** As in the unit. */
    public String text() {
        return (assertion ? "Assert" : "Condition") + check.key + "=" + (triggering ? "|" : "") + (negated ? "!" : "")
                + argument;
    }
}
