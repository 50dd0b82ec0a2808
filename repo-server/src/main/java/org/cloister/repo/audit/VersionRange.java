package org.cloister.repo.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Version;
import org.cloister.events.deb.VersionBound;
import org.cloister.events.deb.VersionOperator;

/** Versions within all of some bounds, compared as the format of the package says; all versions without a bound. */
public record VersionRange(List<VersionBound> bounds) {
    /** More bounds than that say nothing more. */
    private static final int MAX_BOUNDS = 20;

    private static final Pattern BOUND = Pattern.compile("(<<|<=|<|>>|>=|>|=)?\\s*(\\S+)");

    public static final VersionRange ALL = new VersionRange(List.of());

    public VersionRange {
        bounds = List.copyOf(bounds);
    }

    /**
     * {@code >= 1.2, < 1.4~}: bounds separated by commas; a version alone is exactly that one. {@code <} and {@code >} mean
     * earlier and later, as people read them, not what they once meant in relationship fields.
     *
     * @param name of the package, which tells how versions are read
     * @throws IllegalArgumentException saying which part is wrong
     */
    public static VersionRange parse(PackageName name, String text) {
        List<VersionBound> bounds = new ArrayList<>();
        String[] parts = text.split(",", -1);
        if (parts.length > MAX_BOUNDS) {
            throw new IllegalArgumentException("a range has at most " + MAX_BOUNDS + " bounds");
        }
        for (String part : parts) {
            Matcher matcher = BOUND.matcher(part.strip());
            if (!matcher.matches()) {
                throw new IllegalArgumentException(
                        "not a version range: \"" + text + "\" at \"" + part.strip() + "\"; write >= 1.2, << 1.4~");
            }
            String sign = matcher.group(1);
            bounds.add(new VersionBound(operator(sign == null ? "=" : sign), Version.of(name, matcher.group(2))));
        }
        return new VersionRange(bounds);
    }

    private static VersionOperator operator(String sign) {
        return switch (sign) {
            case "<<", "<" -> VersionOperator.EARLIER;
            case "<=" -> VersionOperator.EARLIER_OR_EQUAL;
            case ">=" -> VersionOperator.LATER_OR_EQUAL;
            case ">>", ">" -> VersionOperator.LATER;
            default -> VersionOperator.EXACTLY;
        };
    }

    public boolean admits(Version version) {
        return bounds.stream().allMatch(bound -> bound.admits(version));
    }

    /** {@link #parse(PackageName, String)} reads it back, unless it is empty. */
    @Override
    public String toString() {
        return bounds.stream().map(VersionBound::toString).collect(Collectors.joining(", "));
    }
}
