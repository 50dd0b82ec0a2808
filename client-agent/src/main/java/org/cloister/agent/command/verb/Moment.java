package org.cloister.agent.command.verb;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;

/** A position, or a time in the form that the repository takes: RFC 3339, UTC. */
final class Moment {
    private Moment() {}

    /** Takes a position, a time with any offset, or a day (its beginning, UTC). */
    static String parse(String text) throws CommandFailed {
        if (text.matches("[0-9]{1,18}")) {
            return text;
        }
        try {
            if (text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")) {
                return LocalDate.parse(text)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant()
                        .toString();
            }
            return OffsetDateTime.parse(text).toInstant().toString();
        } catch (DateTimeException e) {
            throw new CommandFailed(
                    ExitStatus.USAGE,
                    "Not a moment: " + text + ".",
                    "A position such as 4711, or a time such as 2026-01-31T12:00:00Z or 2026-01-31.",
                    e);
        }
    }
}
