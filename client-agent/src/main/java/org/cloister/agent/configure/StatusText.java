package org.cloister.agent.configure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Text of dpkg's status file (dpkg(1), deb822(5)): one paragraph a package. */
final class StatusText {
    /** Of an index or of the file itself, not of an installed package. */
    private static final Set<String> NOT_OF_STATUS = Set.of(
            "package",
            "status",
            "filename",
            "size",
            "md5sum",
            "sha1",
            "sha256",
            "sha512",
            "description-md5",
            "conffiles",
            "config-version",
            "triggers-pending",
            "triggers-awaited");

    private static final String PENDING_STATUS = "Status: install ok triggers-pending";

    private StatusText() {}

    /** The paragraph of a package whose files are there, ending with an empty line. */
    static String unpacked(UnpackedPackage unpacked) {
        StringBuilder text = new StringBuilder();
        field(text, "Package", unpacked.id().name().text());
        field(text, "Status", "install ok unpacked");
        for (Map.Entry<String, String> entry : unpacked.control().fields().entrySet()) {
            if (!NOT_OF_STATUS.contains(entry.getKey().toLowerCase(Locale.ROOT))) {
                field(text, entry.getKey(), entry.getValue());
            }
        }
        if (!unpacked.conffiles().isEmpty()) {
            text.append("Conffiles:\n");
            unpacked.conffiles()
                    .forEach(file -> text.append(' ')
                            .append(file.path())
                            .append(' ')
                            .append(file.md5())
                            .append('\n'));
        }
        return text.append('\n').toString();
    }

    private static void field(StringBuilder text, String name, String value) {
        List<String> lines = new ArrayList<>(value.lines().toList());
        if (lines.isEmpty()) {
            return;
        }
        text.append(name).append(": ").append(lines.remove(0).strip()).append('\n');
        for (String line : lines) {
            if (line.isBlank()) {
                text.append(" .\n");
            } else {
                text.append(Character.isWhitespace(line.charAt(0)) ? "" : " ")
                        .append(line.stripTrailing())
                        .append('\n');
            }
        }
    }

    /** @param pending the names of triggers to run, by the package's name as dpkg qualifies it */
    static String withPending(String status, Map<String, Set<String>> pending) {
        Map<String, Set<String>> byName = new TreeMap<>(pending);
        StringBuilder text = new StringBuilder(status.length());
        for (String paragraph : status.split("\n\n")) {
            if (paragraph.isBlank()) {
                continue;
            }
            Set<String> triggers = triggersOf(paragraph.strip(), byName);
            text.append(triggers.isEmpty() ? paragraph.strip() : pending(paragraph.strip(), triggers))
                    .append("\n\n");
        }
        return text.toString();
    }

    private static Set<String> triggersOf(String paragraph, Map<String, Set<String>> pending) {
        String name = value(paragraph, "Package");
        Set<String> triggers = pending.get(name);
        return triggers != null
                ? triggers
                : pending.getOrDefault(name + ":" + value(paragraph, "Architecture"), Set.of());
    }

    private static String pending(String paragraph, Set<String> triggers) {
        return paragraph.replaceFirst("(?m)^Status: install ok installed$", PENDING_STATUS) + "\nTriggers-Pending: "
                + String.join(" ", triggers);
    }

    /** A simple field's value, empty where it is missing. */
    static String value(String paragraph, String field) {
        for (String line : paragraph.split("\n")) {
            if (line.regionMatches(true, 0, field + ":", 0, field.length() + 1)) {
                return line.substring(field.length() + 1).strip();
            }
        }
        return "";
    }

    /** The values of {@code field} that paragraphs in another state than {@code installed} have, for people. */
    static List<String> notInstalled(String status) {
        List<String> names = new ArrayList<>();
        for (String paragraph : status.split("\n\n")) {
            if (!paragraph.isBlank() && !value(paragraph, "Status").equals("install ok installed")) {
                names.add(value(paragraph, "Package") + " (" + value(paragraph, "Status") + ")");
            }
        }
        return names;
    }
}
