package org.cloister.agent.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The text of a unit file (systemd.syntax(7)) as assignments in their order. Never fails: what can't be read is a problem, with its line.
 *
 * @param problems what was left out, for people
 */
public record UnitFile(List<Assignment> assignments, List<String> problems) {
    /** As systemd's: a longer line isn't read. */
    static final int MAX_LINE = 1 << 20;
    /** No unit that does anything has as many. */
    static final int MAX_ASSIGNMENTS = 10_000;

    private static final int MAX_PROBLEMS = 100;

    /** {@code key=value} in a section; the value without surrounding white space, maybe empty. */
    public record Assignment(String section, String key, String value) {}

    public UnitFile {
        assignments = List.copyOf(assignments);
        problems = List.copyOf(problems);
    }

    public static UnitFile parse(String text) {
        List<Assignment> assignments = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        String section = "";
        int number = 0;
        int start = 1;
        StringBuilder logical = new StringBuilder();
        for (String line : (text + "\n").split("\r?\n", -1)) {
            number++;
            String stripped = line.strip();
            boolean continued = !logical.isEmpty();
            if (stripped.startsWith("#") || stripped.startsWith(";") || (stripped.isEmpty() && !continued)) {
                continue;
            }
            if (!continued) {
                start = number;
            }
            if (isContinued(line) && logical.length() + line.length() <= MAX_LINE) {
                logical.append(line, 0, line.length() - 1).append(' ');
                continue;
            }
            logical.append(line);
            String whole = logical.toString().strip();
            logical.setLength(0);
            section = add(whole, section, start, assignments, problems);
        }
        return new UnitFile(assignments, problems);
    }

    /** A backslash that is itself escaped continues nothing. */
    private static boolean isContinued(String line) {
        int end = line.length();
        while (end > 0 && line.charAt(end - 1) == '\\') {
            end--;
        }
        return (line.length() - end) % 2 == 1;
    }

    /** @return the section that the next line is in */
    private static String add(
            String line, String section, int number, List<Assignment> assignments, List<String> problems) {
        if (line.startsWith("[") && line.endsWith("]")) {
            return line.substring(1, line.length() - 1);
        }
        int equals = line.indexOf('=');
        String problem = null;
        if (line.length() > MAX_LINE) {
            problem = "is longer than " + MAX_LINE + " characters";
        } else if (equals <= 0) {
            problem = "is neither a section nor an assignment";
        } else if (section.isEmpty()) {
            problem = "is outside of any section";
        } else if (assignments.size() == MAX_ASSIGNMENTS) {
            problem = "is the assignment after number " + MAX_ASSIGNMENTS;
        }
        if (problem == null) {
            assignments.add(new Assignment(
                    section,
                    line.substring(0, equals).strip(),
                    line.substring(equals + 1).strip()));
        } else if (problems.size() < MAX_PROBLEMS) {
            problems.add("line " + number + " " + problem + " and is left out");
        }
        return section;
    }

    /** This unit with what a drop-in says after it. */
    public UnitFile with(UnitFile dropIn) {
        List<Assignment> all = new ArrayList<>(assignments);
        all.addAll(dropIn.assignments);
        List<String> both = new ArrayList<>(problems);
        both.addAll(dropIn.problems);
        return new UnitFile(all, both);
    }

    /** The last value of a key; empty where it has none, or the last assignment is empty. */
    Optional<String> value(String section, String key) {
        List<String> values = values(section, key);
        return values.isEmpty() ? Optional.empty() : Optional.of(values.get(values.size() - 1));
    }

    /** All values of a key since its last empty assignment, which takes back what came before. */
    List<String> values(String section, String key) {
        List<String> values = new ArrayList<>();
        for (Assignment assignment : assignments) {
            if (assignment.section().equals(section) && assignment.key().equals(key)) {
                if (assignment.value().isEmpty()) {
                    values.clear();
                } else {
                    values.add(assignment.value());
                }
            }
        }
        return values;
    }
}
