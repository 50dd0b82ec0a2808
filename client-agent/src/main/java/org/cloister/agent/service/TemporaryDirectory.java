package org.cloister.agent.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A directory below {@code /run} that a package wants to be there before its services start (tmpfiles.d(5), types {@code d} and {@code D}).
 *
 * @param mode octal
 * @param user name or number
 */
public record TemporaryDirectory(String path, String mode, String user, String group) {
    private static final Pattern TYPE = Pattern.compile("[dD][!+=~^-]*");
    private static final Pattern MODE = Pattern.compile("[0-7]{3,4}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,30}");
    /** Of one file. */
    private static final int MAX_LINES = 1_000;

    private static final int FIELDS = 5;

    /** Those of a file, without those elsewhere: the rest of a root is there already. What isn't understood is left out. */
    public static List<TemporaryDirectory> parse(String text) {
        List<TemporaryDirectory> directories = new ArrayList<>();
        for (String line : text.lines().limit(MAX_LINES).toList()) {
            parseLine(line.strip()).ifPresent(directories::add);
        }
        return directories;
    }

    private static Optional<TemporaryDirectory> parseLine(String line) {
        String[] fields = line.split("\\s+", FIELDS + 1);
        if (line.startsWith("#")
                || fields.length < 2
                || !TYPE.matcher(fields[0]).matches()) {
            return Optional.empty();
        }
        String path = fields[1].startsWith("/var/run/") ? fields[1].substring("/var".length()) : fields[1];
        boolean plain = path.indexOf('%') < 0 && !List.of(path.split("/")).contains("..");
        if (!path.startsWith("/run/") || !plain) {
            return Optional.empty();
        }
        return Optional.of(new TemporaryDirectory(
                path, field(fields, 2, MODE, "0755"), field(fields, 3, NAME, "root"), field(fields, 4, NAME, "root")));
    }

    private static String field(String[] fields, int index, Pattern form, String otherwise) {
        String value = fields.length > index ? fields[index].replaceFirst("^[:~]+", "") : "-";
        return form.matcher(value).matches() ? value : otherwise;
    }
}
