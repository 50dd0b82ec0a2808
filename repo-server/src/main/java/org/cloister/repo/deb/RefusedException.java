package org.cloister.repo.deb;

import java.io.IOException;

/** Carries a refusal out of nested streams; {@link DebImporter} turns it into a value. */
final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;
    private final Refusal rule;

    RefusedException(Refusal rule, String detail) {
        super(detail);
        this.rule = rule;
    }

    Refusal rule() {
        return rule;
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
