package org.cloister.agent.command.verb;

import java.util.List;

/** What came to a log between two looks at its end. */
final class LogTail {
    private LogTail() {}

    /**
     * The lines of {@code now} that {@code before} had not yet: both are the last lines of one log, {@code now} at least as many as
     * {@code before} unless the log has begun anew. As little as possible is taken for new: equal lines are the same ones.
     */
    static List<String> added(List<String> before, List<String> now) {
        for (int gone = 0; gone < before.size(); gone++) {
            List<String> left = before.subList(gone, before.size());
            if (left.size() <= now.size() && left.equals(now.subList(0, left.size()))) {
                return now.subList(left.size(), now.size());
            }
        }
        return now;
    }
}
