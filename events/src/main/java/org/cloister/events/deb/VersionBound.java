package org.cloister.events.deb;

/** The part of a relation in parentheses: {@code (>= 1.2)}. */
public record VersionBound(VersionOperator operator, Version version) {
    /** Whether a package of {@code candidate} is within the bound; one of another format never is. */
    public boolean admits(Version candidate) {
        if (candidate instanceof RpmVersion one && version instanceof RpmVersion other) {
            return operator.holds(one.compareInDependency(other));
        }
        return candidate instanceof DebianVersion
                && version instanceof DebianVersion
                && operator.holds(candidate.compareTo(version));
    }

    /** Whether some version is within both bounds: how rpm matches a requirement with what is provided. */
    public boolean overlaps(VersionBound other) {
        if (!(version instanceof RpmVersion one) || !(other.version instanceof RpmVersion two)) {
            return false;
        }
        int order = one.compareInDependency(two);
        return order == 0
                ? (operator.admitsEqual() && other.operator.admitsEqual())
                        || (operator.admitsLater() && other.operator.admitsLater())
                        || (operator.admitsEarlier() && other.operator.admitsEarlier())
                : order < 0
                        ? operator.admitsLater() || other.operator.admitsEarlier()
                        : operator.admitsEarlier() || other.operator.admitsLater();
    }

    /** {@code >= 1.2}, without the parentheses. */
    @Override
    public String toString() {
        return operator.sign() + " " + version;
    }
}
