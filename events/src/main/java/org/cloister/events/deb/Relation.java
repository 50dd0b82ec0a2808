package org.cloister.events.deb;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One package as a relationship field names it: {@code name:qualifier (>= version) [architectures] <profiles>} (Debian Policy
 * 7.1, multiarch's qualifiers included).
 *
 * @param qualifier {@code any}, {@code native} or an architecture; null if the name stands alone
 * @param architectures the words in brackets, each perhaps with a {@code !}; empty: everywhere
 * @param profiles each list is one {@code <…>}; empty: always
 */
public record Relation(
        PackageName name,
        @Nullable String qualifier,
        @Nullable VersionBound bound,
        List<String> architectures,
        List<List<String>> profiles) {
    /** The qualifier that lets any architecture satisfy the relation. */
    public static final String ANY = "any";

    private static final Pattern WORD = Pattern.compile("!?[a-z0-9][a-z0-9+.-]{0,63}");

    public Relation {
        architectures = List.copyOf(architectures);
        profiles = profiles.stream().map(List::copyOf).toList();
        if (qualifier != null && !isPlainWord(qualifier)) {
            throw new IllegalArgumentException("not an architecture qualifier: " + qualifier);
        }
        architectures.forEach(Relation::requireWord);
        profiles.forEach(terms -> terms.forEach(Relation::requireWord));
        if (profiles.stream().anyMatch(List::isEmpty)) {
            throw new IllegalArgumentException("an empty list of profiles");
        }
    }

    /** A relation to {@code name} alone. */
    public static Relation to(PackageName name) {
        return new Relation(name, null, null, List.of(), List.of());
    }

    private static boolean isPlainWord(String word) {
        return word.charAt(0) != '!' && WORD.matcher(word).matches();
    }

    private static void requireWord(String word) {
        if (!WORD.matcher(word).matches()) {
            throw new IllegalArgumentException("not an architecture or profile: " + word);
        }
    }

    /**
     * A field without alternatives, such as Conflicts or Provides.
     *
     * @throws IllegalArgumentException with what is wrong and where
     */
    public static List<Relation> parseList(String field) {
        return new RelationParser(field).relations();
    }

    /** Whether {@code version} is within the bound; true without a bound. */
    public boolean admits(Version version) {
        return bound == null || bound.admits(version);
    }

    /** Whether the restrictions let the relation count on {@code host} when no build profile is active. */
    public boolean appliesTo(Architecture host) {
        return ArchitectureWildcard.admits(architectures, host)
                && (profiles.isEmpty()
                        || profiles.stream().anyMatch(terms -> terms.stream().allMatch(term -> term.startsWith("!"))));
    }

    /** As the policy writes it; {@link #parseList} reads it back. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(name.text());
        if (qualifier != null) {
            text.append(':').append(qualifier);
        }
        if (bound != null) {
            text.append(" (").append(bound).append(')');
        }
        if (!architectures.isEmpty()) {
            text.append(" [").append(String.join(" ", architectures)).append(']');
        }
        profiles.forEach(
                terms -> text.append(" <").append(String.join(" ", terms)).append('>'));
        return text.toString();
    }
}
