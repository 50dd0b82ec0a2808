package org.cloister.agent.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A command of a unit (systemd.service(5), "Command lines").
 *
 * @param words the program and its arguments, with variables that aren't filled in yet
 * @param ignoreFailure prefix {@code -}: however it ends, it is as if it had ended well
 * @param privileged prefix {@code +}, {@code !} or {@code !!}: as root of the root, whatever {@code User=} says
 * @param named prefix {@code @}: the second word is the name that the program is called by
 * @param literal prefix {@code :}: without variables
 */
public record ExecCommand(
        List<String> words, boolean ignoreFailure, boolean privileged, boolean named, boolean literal) {
    private static final Pattern VARIABLE =
            Pattern.compile("\\$\\$|\\$\\{([A-Za-z_][A-Za-z0-9_]*)}|\\$([A-Za-z_][A-Za-z0-9_]*)");
    private static final String SEPARATOR = ";";
    /** A word of its own that isn't to separate. */
    private static final Pattern LONE_SEPARATOR = Pattern.compile("(?<=\\s)\\\\;(?=\\s|$)");
    /** What variables may make of a command. */
    private static final int MAX_EXPANDED = 1 << 20;

    public ExecCommand {
        words = List.copyOf(words);
    }

    /** What is started. @param argv0 the name that the program is called by, or null for the first of {@code argv} */
    public record Filled(List<String> argv, @Nullable String argv0) {
        public Filled {
            argv = List.copyOf(argv);
        }
    }

    /** The commands of one assignment: more than one where they are separated by {@code ;}. @throws IllegalArgumentException if it is none */
    static List<ExecCommand> parse(String line, Specifiers specifiers) {
        List<ExecCommand> commands = new ArrayList<>();
        List<String> words = new ArrayList<>();
        for (String word : Words.ofCommand(LONE_SEPARATOR.matcher(line).replaceAll("\\\\x3b\\\\x3b"))) {
            if (word.equals(SEPARATOR)) {
                commands.add(of(words, specifiers));
                words.clear();
            } else {
                words.add(word.equals(";;") ? SEPARATOR : word);
            }
        }
        if (!words.isEmpty() || commands.isEmpty()) {
            commands.add(of(words, specifiers));
        }
        return commands;
    }

    private static ExecCommand of(List<String> words, Specifiers specifiers) {
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a command without a program");
        }
        String program = words.get(0);
        boolean ignoreFailure = false;
        boolean privileged = false;
        boolean named = false;
        boolean literal = false;
        int prefix = 0;
        for (; prefix < program.length() && "-@:+!|".indexOf(program.charAt(prefix)) >= 0; prefix++) {
            char c = program.charAt(prefix);
            ignoreFailure |= c == '-';
            named |= c == '@';
            literal |= c == ':';
            privileged |= c == '+' || c == '!';
        }
        List<String> expanded = new ArrayList<>();
        expanded.add(specifiers.expand(program.substring(prefix)));
        words.subList(1, words.size()).forEach(word -> expanded.add(specifiers.expand(word)));
        if (expanded.get(0).isEmpty() || (named && expanded.size() < 2)) {
            throw new IllegalArgumentException("a command without a program");
        }
        return new ExecCommand(expanded, ignoreFailure, privileged, named, literal);
    }

    /** With the values of variables, those that have none being empty. @throws IllegalArgumentException if that is too long */
    public Filled filled(Map<String, String> environment) {
        List<String> argv = new ArrayList<>();
        argv.add(words.get(0));
        int length = 0;
        for (String word : words.subList(1, words.size())) {
            List<String> made = literal ? List.of(word) : filled(word, environment);
            length += made.stream().mapToInt(String::length).sum();
            if (length > MAX_EXPANDED) {
                throw new IllegalArgumentException("its arguments are longer than " + MAX_EXPANDED + " characters");
            }
            argv.addAll(made);
        }
        String argv0 = named ? argv.remove(1) : null;
        return new Filled(argv, argv0);
    }

    private static List<String> filled(String word, Map<String, String> environment) {
        Matcher matcher = VARIABLE.matcher(word);
        if (matcher.matches() && matcher.group(2) != null) {
            return Words.ofValue(environment.getOrDefault(matcher.group(2), ""));
        }
        matcher.reset();
        StringBuilder text = new StringBuilder();
        int from = 0;
        while (matcher.find()) {
            text.append(word, from, matcher.start());
            if (matcher.group(1) != null) {
                text.append(environment.getOrDefault(matcher.group(1), ""));
            } else if (matcher.group(2) != null) {
                // Inside a word the form without braces stands for itself.
                text.append(matcher.group());
            } else {
                text.append('$');
            }
            from = matcher.end();
        }
        return List.of(text.append(word.substring(from)).toString());
    }

    /** For people. */
    public String text() {
        return String.join(" ", words);
    }
}
