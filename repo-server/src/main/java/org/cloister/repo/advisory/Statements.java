package org.cloister.repo.advisory;

import java.util.ArrayList;
import java.util.List;

/** What of a file could not be used. */
final class Statements {
    private final List<String> reasons = new ArrayList<>();
    private int leftOut;

    void leaveOut(String what, String why) {
        leftOut++;
        if (reasons.size() < AdvisoryFile.MAX_TOLD) {
            reasons.add(what + ": " + why);
        }
    }

    int leftOut() {
        return leftOut;
    }

    List<String> reasons() {
        return reasons;
    }

    /** The first line of a text, not too long. */
    static String summary(String text) {
        String line = text.strip().lines().findFirst().orElse("");
        return line.length() <= AdvisoryFile.MAX_SUMMARY
                ? line
                : line.substring(0, AdvisoryFile.MAX_SUMMARY).stripTrailing() + "…";
    }
}
