package org.cloister.events.log;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * What the repository says of itself at a moment: how far its log is, and which trust root is its last. Signed as a note by the log's key,
 * whose checkpoints carry no time, it tells a repository that is kept from a host from one where nothing happens.
 *
 * @param time in whole seconds
 * @param trustRoot the version of the last one, 0 if there is none
 */
public record TimeStamp(Checkpoint checkpoint, Instant time, int trustRoot) {
    /** No origin has a blank in it, so that no checkpoint begins so. */
    private static final String HEAD = "cloister time stamp 1";

    public TimeStamp {
        if (!time.equals(time.truncatedTo(ChronoUnit.SECONDS)) || trustRoot < 0) {
            throw new IllegalArgumentException("not a time stamp");
        }
    }

    /** What is signed. */
    public String text() {
        return HEAD + '\n' + time + '\n' + trustRoot + '\n' + checkpoint.text();
    }

    /** @throws IllegalArgumentException unless it is exactly what {@link #text} writes */
    public static TimeStamp parse(String text) {
        List<String> lines = text.lines().limit(4).toList();
        if (lines.size() < 4 || !lines.get(0).equals(HEAD)) {
            throw new IllegalArgumentException("not a time stamp");
        }
        try {
            TimeStamp stamp = new TimeStamp(
                    Checkpoint.parse(
                            text.lines().skip(3).map(line -> line + '\n').reduce("", String::concat)),
                    Instant.parse(lines.get(1)),
                    Integer.parseInt(lines.get(2)));
            if (!stamp.text().equals(text)) {
                throw new IllegalArgumentException("a time stamp that isn't written as one is");
            }
            return stamp;
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("not a time stamp: " + e.getMessage(), e);
        }
    }
}
