package org.cloister.agent;

import org.cloister.agent.mount.UnionControl;

/** The slow check of shipped content, in a few words for people. */
final class ScrubText {
    private static final int PERCENT = 100;

    private ScrubText() {}

    static String of(UnionControl.Scrub scrub) {
        String damaged = scrub.damaged() == 0 ? "" : scrub.damaged() + " damaged objects now; ";
        if (scrub.rate() == 0) {
            return damaged + "checked when a file is first opened only (--scrub-rate 0)";
        }
        String last = scrub.ended().isEmpty()
                ? "not yet checked as a whole"
                : "last checked as a whole until " + scrub.ended().replaceFirst("\\.[0-9]+Z$", "Z");
        if (!scrub.reading()) {
            return damaged + last;
        }
        long percent = scrub.total() == 0 ? PERCENT : Math.min(PERCENT, scrub.done() * PERCENT / scrub.total());
        return damaged + last + "; check " + scrub.pass() + " is at " + percent + " %";
    }
}
