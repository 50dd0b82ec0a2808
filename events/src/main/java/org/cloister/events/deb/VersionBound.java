package org.cloister.events.deb;

/** The part of a relation in parentheses: {@code (>= 1.2)}. */
public record VersionBound(VersionOperator operator, DebianVersion version) {
    /** Whether a package of {@code candidate} is within the bound. */
    public boolean admits(DebianVersion candidate) {
        return operator.holds(candidate.text(), version.text());
    }

    /** {@code >= 1.2}, without the parentheses. */
    @Override
    public String toString() {
        return operator.sign() + " " + version;
    }
}
