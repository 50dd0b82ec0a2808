package org.cloister.events.deb;

/** How a relation compares versions (Debian Policy 7.1). */
public enum VersionOperator {
    EARLIER("<<"),
    EARLIER_OR_EQUAL("<="),
    EXACTLY("="),
    LATER_OR_EQUAL(">="),
    LATER(">>");

    private final String sign;

    VersionOperator(String sign) {
        this.sign = sign;
    }

    /** Whether {@code version} stands in this relation to {@code bound}; both are well-formed. */
    public boolean holds(String version, String bound) {
        return holds(DebianVersion.compare(version, bound));
    }

    /** @param order of the version compared to the bound, as {@link java.util.Comparator} gives it */
    boolean holds(int order) {
        return switch (this) {
            case EARLIER -> order < 0;
            case EARLIER_OR_EQUAL -> order <= 0;
            case EXACTLY -> order == 0;
            case LATER_OR_EQUAL -> order >= 0;
            case LATER -> order > 0;
        };
    }

    boolean admitsEarlier() {
        return this == EARLIER || this == EARLIER_OR_EQUAL;
    }

    boolean admitsEqual() {
        return this == EXACTLY || this == EARLIER_OR_EQUAL || this == LATER_OR_EQUAL;
    }

    boolean admitsLater() {
        return this == LATER || this == LATER_OR_EQUAL;
    }

    /** As the policy writes it: {@code <<}, {@code <=}, {@code =}, {@code >=}, {@code >>}. */
    public String sign() {
        return sign;
    }

    @Override
    public String toString() {
        return sign;
    }
}
