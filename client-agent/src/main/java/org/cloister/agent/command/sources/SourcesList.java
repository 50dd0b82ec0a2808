package org.cloister.agent.command.sources;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads both forms of sources.list(5): one line for each source, and deb822 paragraphs. Disabled sources, sources of source
 * packages and flat archives (suites that end in a slash) are left out; whether an address can be used is not looked at.
 */
public final class SourcesList {
    /** A machine has a handful. */
    private static final int MAX_SOURCES = 200;

    private SourcesList() {}

    /** The one-line form: {@code deb [options] url suite components…}. Lines of another form are left out, as apt would refuse them. */
    public static List<AptSource> parseLines(String text) {
        List<AptSource> sources = new ArrayList<>();
        text.lines()
                .map(line -> line.replaceFirst("#.*", "").strip())
                .filter(line -> line.startsWith("deb ") || line.startsWith("deb\t"))
                .limit(MAX_SOURCES)
                .forEach(line -> parseLine(line.substring(4).strip(), sources));
        return sources;
    }

    private static void parseLine(String text, List<AptSource> sources) {
        Map<String, String> options = new HashMap<>();
        String rest = text;
        if (rest.startsWith("[")) {
            int end = rest.indexOf(']');
            if (end < 0) {
                return;
            }
            for (String option : words(rest.substring(1, end))) {
                int equals = option.indexOf('=');
                if (equals > 0) {
                    String name = option.substring(0, equals).toLowerCase(Locale.ROOT);
                    options.put(name, option.substring(equals + 1).replace(',', ' '));
                }
            }
            rest = rest.substring(end + 1).strip();
        }
        List<String> words = words(withoutBlanksInName(rest));
        if (words.size() >= 3) {
            add(
                    sources,
                    words.get(0),
                    words.get(1),
                    words.subList(2, words.size()),
                    options.get("arch"),
                    options.get("signed-by"));
        }
    }

    /** {@code cdrom:[Debian GNU/Linux 12]/} is one word to apt. */
    private static String withoutBlanksInName(String text) {
        int end = text.startsWith("cdrom:[") ? text.indexOf(']') : -1;
        return end < 0 ? text : text.substring(0, end).replaceAll("\\s+", "_") + text.substring(end);
    }

    /** The deb822 form: paragraphs of {@code Types}, {@code URIs}, {@code Suites}, {@code Components} … */
    public static List<AptSource> parseParagraphs(String text) {
        List<AptSource> sources = new ArrayList<>();
        for (String paragraph : text.split("\\n[ \\t]*\\n", MAX_SOURCES)) {
            Map<String, String> fields = fields(paragraph);
            boolean enabled = !fields.getOrDefault("enabled", "yes").strip().equalsIgnoreCase("no");
            if (!enabled || !words(fields.getOrDefault("types", "")).contains("deb")) {
                continue;
            }
            for (String url : words(fields.getOrDefault("uris", ""))) {
                for (String suite : words(fields.getOrDefault("suites", ""))) {
                    add(
                            sources,
                            url,
                            suite,
                            words(fields.getOrDefault("components", "")),
                            fields.get("architectures"),
                            fields.get("signed-by"));
                }
            }
        }
        return sources;
    }

    private static Map<String, String> fields(String paragraph) {
        Map<String, String> fields = new HashMap<>();
        String name = "";
        for (String line : paragraph.lines().toList()) {
            if (line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(':');
            if (line.startsWith(" ") || line.startsWith("\t")) {
                fields.merge(name, "\n" + line.strip(), String::concat);
            } else if (colon > 0) {
                name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
                fields.put(name, line.substring(colon + 1).strip());
            }
        }
        return fields;
    }

    private static void add(
            List<AptSource> sources,
            String url,
            String suite,
            List<String> components,
            @org.jspecify.annotations.Nullable String architectures,
            @org.jspecify.annotations.Nullable String signedBy) {
        if (!suite.endsWith("/") && !components.isEmpty() && sources.size() < MAX_SOURCES) {
            sources.add(new AptSource(
                    url.replaceFirst("/+$", ""),
                    suite,
                    components,
                    architectures == null ? List.of() : words(architectures),
                    keys(signedBy)));
        }
    }

    private static List<String> keys(@org.jspecify.annotations.Nullable String signedBy) {
        if (signedBy == null || signedBy.isBlank()) {
            return List.of();
        }
        if (signedBy.contains("-----BEGIN")) {
            // A line with a lone dot stands for an empty one.
            return List.of(signedBy.strip().replaceAll("(?m)^\\.$", "") + "\n");
        }
        return words(signedBy).stream().filter(word -> word.startsWith("/")).toList();
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.strip().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
