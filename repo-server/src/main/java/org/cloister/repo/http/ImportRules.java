package org.cloister.repo.http;

import org.cloister.repo.artifact.ImportResult;
import org.cloister.repo.artifact.Refusal;
import org.cloister.repo.decide.Rule;

/** The one translation from what an import refuses to the repository's rules. */
final class ImportRules {
    private ImportRules() {}

    static RefusedException refusal(ImportResult.Refused refused) {
        return RefusedException.of(rule(refused.rule()), refused.detail(), remedy(refused.rule()));
    }

    private static Rule rule(Refusal refusal) {
        return switch (refusal) {
            case NOT_AN_ARCHIVE,
                    UNKNOWN_FORMAT,
                    WRONG_MEMBERS,
                    UNKNOWN_COMPRESSION,
                    TRUNCATED,
                    CORRUPT_COMPRESSION,
                    CORRUPT_TAR,
                    CORRUPT_HEADER,
                    CORRUPT_CPIO,
                    NEEDS_UNSUPPORTED,
                    UNSUPPORTED_ENTRY,
                    BAD_HARD_LINK,
                    BELOW_NO_DIRECTORY,
                    NAME_NOT_UTF8,
                    BAD_NAME,
                    BAD_CONTROL -> Rule.NOT_A_PACKAGE;
            case LEAVES_ROOT -> Rule.PATH_ESCAPES;
            case DUPLICATE_ENTRY -> Rule.DUPLICATE_ENTRY;
            case EXPANDS_TOO_FAR, TOO_MANY_ENTRIES, SUSPICIOUS_RATIO, CONTROL_TOO_LARGE -> Rule.EXPANDS_TOO_FAR;
            case DIGEST_MISMATCH -> Rule.DIGEST_MISMATCH;
        };
    }

    private static String remedy(Refusal refusal) {
        return refusal == Refusal.TRUNCATED || refusal == Refusal.DIGEST_MISMATCH
                ? "fetch or build the file again, and send it again"
                : "have the package built as its format says, with dpkg-deb or rpmbuild";
    }
}
