package org.cloister.events.deb;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One relationship field (Debian Policy 7.1). Also reads the obsolete {@code <} and {@code >}, which mean {@code <=} and
 * {@code >=}. Nothing nests, so the time is linear in the length.
 */
final class RelationParser {
    /** The longest field of Debian 12 has 75,000 characters. */
    static final int MAX_LENGTH = 1 << 20;

    static final int MAX_ELEMENTS = 20_000;

    private final String field;
    private int at;

    RelationParser(String field) {
        this.field = field;
        if (field.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a relationship field longer than " + MAX_LENGTH + " characters");
        }
    }

    List<Dependency> dependencies() {
        List<Dependency> all = new ArrayList<>();
        while (nextElement()) {
            List<Relation> alternatives = new ArrayList<>(1);
            do {
                alternatives.add(relation());
            } while (take('|'));
            all.add(new Dependency(alternatives));
            endOfElement(all.size());
        }
        return List.copyOf(all);
    }

    List<Relation> relations() {
        List<Relation> all = new ArrayList<>();
        while (nextElement()) {
            all.add(relation());
            endOfElement(all.size());
        }
        return List.copyOf(all);
    }

    /** Skips blanks and empty elements; false at the end of the field. */
    private boolean nextElement() {
        while (take(',')) {
            // an empty element says nothing
        }
        return at < field.length();
    }

    private void endOfElement(int elements) {
        if (elements > MAX_ELEMENTS) {
            throw problem("more than " + MAX_ELEMENTS + " elements");
        }
        if (!atEnd() && field.charAt(at) != ',') {
            throw problem("a comma is expected");
        }
    }

    private Relation relation() {
        PackageName name = name();
        String qualifier = at < field.length() && field.charAt(at) == ':' ? qualifier() : null;
        VersionBound bound = take('(') ? bound() : null;
        List<String> architectures = take('[') ? words(']') : List.of();
        List<List<String>> profiles = new ArrayList<>(0);
        while (take('<')) {
            profiles.add(words('>'));
        }
        return build(name, qualifier, bound, architectures, profiles);
    }

    private Relation build(
            PackageName name,
            @Nullable String qualifier,
            @Nullable VersionBound bound,
            List<String> architectures,
            List<List<String>> profiles) {
        try {
            return new Relation(name, qualifier, bound, architectures, profiles);
        } catch (IllegalArgumentException e) {
            throw problem(String.valueOf(e.getMessage()));
        }
    }

    private PackageName name() {
        skipBlanks();
        try {
            return new PackageName(word());
        } catch (IllegalArgumentException e) {
            throw problem("a package name is expected");
        }
    }

    private String qualifier() {
        at++;
        String word = word();
        if (word.isEmpty()) {
            throw problem("an architecture is expected after the colon");
        }
        return word;
    }

    private VersionBound bound() {
        skipBlanks();
        VersionOperator operator = operator();
        skipBlanks();
        int from = at;
        while (at < field.length() && !isBlank(field.charAt(at)) && field.charAt(at) != ')') {
            at++;
        }
        String version = field.substring(from, at);
        if (!take(')')) {
            throw problem("a closing parenthesis is expected");
        }
        try {
            return new VersionBound(operator, new DebianVersion(version));
        } catch (IllegalArgumentException e) {
            throw problem(String.valueOf(e.getMessage()));
        }
    }

    private VersionOperator operator() {
        int from = at;
        while (at < field.length() && "<=>".indexOf(field.charAt(at)) >= 0) {
            at++;
        }
        return switch (field.substring(from, at)) {
            case "<<" -> VersionOperator.EARLIER;
            case "<=", "<" -> VersionOperator.EARLIER_OR_EQUAL;
            case "=" -> VersionOperator.EXACTLY;
            case ">=", ">" -> VersionOperator.LATER_OR_EQUAL;
            case ">>" -> VersionOperator.LATER;
            default -> throw problem("one of << <= = >= >> is expected");
        };
    }

    private List<String> words(char end) {
        List<String> words = new ArrayList<>(2);
        while (!take(end)) {
            boolean negated = take('!');
            String word = word();
            if (word.isEmpty()) {
                throw problem("a word or " + end + " is expected");
            }
            words.add(negated ? "!" + word : word);
        }
        if (words.isEmpty()) {
            throw problem("an empty list");
        }
        return words;
    }

    private String word() {
        int from = at;
        while (at < field.length() && isWord(field.charAt(at))) {
            at++;
        }
        return field.substring(from, at);
    }

    private boolean take(char expected) {
        if (atEnd() || field.charAt(at) != expected) {
            return false;
        }
        at++;
        return true;
    }

    private boolean atEnd() {
        skipBlanks();
        return at == field.length();
    }

    private void skipBlanks() {
        while (at < field.length() && isBlank(field.charAt(at))) {
            at++;
        }
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private static boolean isWord(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '+'
                || c == '-'
                || c == '.';
    }

    private IllegalArgumentException problem(String problem) {
        int from = Math.max(0, at - 20);
        String near = field.substring(from, Math.min(field.length(), at + 20)).replaceAll("\\s+", " ");
        return new IllegalArgumentException(problem + ", at character " + (at + 1) + " near \"" + near + "\"");
    }
}
