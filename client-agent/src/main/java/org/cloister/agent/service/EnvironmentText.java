package org.cloister.agent.service;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Environment variables as units and their files write them (systemd.exec(5), {@code Environment=}, {@code EnvironmentFile=}). */
public final class EnvironmentText {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    /** Of one file. */
    private static final int MAX_VARIABLES = 10_000;

    private EnvironmentText() {}

    /** What is no assignment is left out, as systemd does it. */
    static Map<String, String> assignments(List<String> words) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals > 0 && NAME.matcher(word.substring(0, equals)).matches()) {
                variables.put(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        return variables;
    }

    /** The variables of a file: one a line, comments, quotes, a backslash at the end of a line. No variables are filled in. */
    public static Map<String, String> file(String text) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String line : joined(text)) {
            int equals = line.indexOf('=');
            String name = equals < 0 ? "" : line.substring(0, equals).strip();
            if (NAME.matcher(name).matches() && variables.size() < MAX_VARIABLES) {
                variables.put(name, value(line.substring(equals + 1)));
            }
        }
        return variables;
    }

    /** A quoted value may have line ends in it. */
    private static List<String> joined(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder open = new StringBuilder();
        char quote = 0;
        for (String line : text.split("\r?\n", -1)) {
            String stripped = line.strip();
            if (open.isEmpty() && (stripped.isEmpty() || stripped.startsWith("#") || stripped.startsWith(";"))) {
                continue;
            }
            quote = open.isEmpty() ? quoteAfter(line, valueAt(line), (char) 0) : quoteAfter(line, 0, quote);
            open.append(line);
            boolean continued = line.endsWith("\\") && !line.endsWith("\\\\");
            if (continued) {
                open.setLength(open.length() - 1);
            } else if (quote != 0) {
                open.append('\n');
            } else {
                lines.add(open.toString());
                open.setLength(0);
            }
        }
        if (!open.isEmpty()) {
            lines.add(open.toString());
        }
        return lines;
    }

    private static int valueAt(String line) {
        int at = line.indexOf('=') + 1;
        while (at < line.length() && Character.isWhitespace(line.charAt(at))) {
            at++;
        }
        return at;
    }

    /** The quote that is open at the end of {@code line}; 0 if none is. Only one at the beginning of a value, at {@code from}, opens. */
    private static char quoteAfter(String line, int from, char before) {
        char quote = before;
        int at = from;
        if (quote == 0 && from > 0 && at < line.length() && (line.charAt(at) == '"' || line.charAt(at) == '\'')) {
            quote = line.charAt(at);
            at++;
        }
        for (; quote != 0 && at < line.length(); at++) {
            if (line.charAt(at) == '\\' && quote == '"') {
                at++;
            } else if (line.charAt(at) == quote) {
                quote = 0;
            }
        }
        return quote;
    }

    private static String value(String raw) {
        StringBuilder value = new StringBuilder();
        char quote = 0;
        int kept = 0;
        String text = raw.strip();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote == '\'') {
                if (c == '\'') {
                    quote = 0;
                } else {
                    value.append(c);
                }
            } else if (c == '\\' && i + 1 < text.length()) {
                char next = text.charAt(++i);
                if (quote == '"' && "\"\\`$".indexOf(next) < 0) {
                    value.append('\\');
                }
                value.append(next);
            } else if (quote == '"') {
                if (c == '"') {
                    quote = 0;
                } else {
                    value.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else {
                value.append(c);
            }
            if (quote != 0 || !Character.isWhitespace(c)) {
                kept = value.length();
            }
        }
        value.setLength(kept);
        return value.toString();
    }
}
