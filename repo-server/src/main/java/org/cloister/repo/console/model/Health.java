package org.cloister.repo.console.model;

import java.time.Duration;
import java.time.Instant;
import org.cloister.repo.audit.HostCondition;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.view.HostsView.HostEntry;

/** How it stands with a host, the worst first. */
public enum Health {
    /** Stored content isn't what its digest says, and isn't mended yet. */
    DAMAGED("damaged", "bad"),
    /** Its disk isn't what its events tell. */
    DRIFTED("drifted", "bad"),
    /** The newest request for some root failed. */
    FAILED("failed", "bad"),
    /** Something was asked a while ago and there is no report of it. */
    BEHIND("behind", "warn"),
    /** Something was asked and is being done. */
    WORKING("working", "info"),
    /** It never reported anything. */
    NEW("new", "info"),
    /** Has what it shall have. */
    HEALTHY("healthy", "good"),
    RETIRED("retired", "muted");

    /** What an agent that is there carries out; more than nearly every installation takes. */
    static final Duration PATIENCE = Duration.ofMinutes(10);

    private final String word;
    private final String tone;

    Health(String word, String tone) {
        this.word = word;
        this.tone = tone;
    }

    public String word() {
        return word;
    }

    /** The colour's name in the style sheet. */
    public String tone() {
        return tone;
    }

    static Health of(HostEntry entry, HostCondition condition, Instant now) {
        if (entry.state().retirement() != null) {
            return RETIRED;
        }
        if (condition.damaged() > 0) {
            return DAMAGED;
        }
        if (condition.drifted() > 0) {
            return DRIFTED;
        }
        if (condition.failed() > 0) {
            return FAILED;
        }
        Occurrence waiting = condition.waitingSince();
        if (waiting != null) {
            return waiting.at().plus(PATIENCE).isBefore(now) ? BEHIND : WORKING;
        }
        return entry.lastReportAt() == null ? NEW : HEALTHY;
    }

    /** @throws IllegalArgumentException if there is no such word */
    public static Health parse(String word) {
        for (Health health : values()) {
            if (health.word.equals(word)) {
                return health;
            }
        }
        throw new IllegalArgumentException("no such health: " + word);
    }
}
