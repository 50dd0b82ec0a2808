package org.cloister.repo.mirror;

import java.io.IOException;

/** Carries an expected failure to {@link MirrorSync}, which makes a {@link SyncResult.Failed} of it. */
final class SyncFailedException extends IOException {
    private static final long serialVersionUID = 1L;
    private final String rule;
    private final String remedy;

    SyncFailedException(String rule, String detail, String remedy) {
        super(detail);
        this.rule = rule;
        this.remedy = remedy;
    }

    SyncResult.Failed result() {
        return new SyncResult.Failed(rule, String.valueOf(getMessage()), remedy);
    }
}
