package org.cloister.repo.artifact;

import java.io.IOException;

/** Carries a refusal out of nested streams; {@link DebImporter} turns it into a value. */
public final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;
    private final Refusal rule;

    public RefusedException(Refusal rule, String detail) {
        super(detail);
        this.rule = rule;
    }

    public Refusal rule() {
        return rule;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
