package org.cloister.agent.command.terminal;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Shows how far the steps of a command are: one line that changes in place on a terminal, a line now and then elsewhere. Closing
 * it removes what stands on a terminal. One thread.
 */
public final class Progress implements AutoCloseable {
    private static final Duration TERMINAL_INTERVAL = Duration.ofMillis(100);
    private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(5);
    /** A step that ends before that is not mentioned: a flicker tells nobody anything. */
    private static final Duration SILENCE = Duration.ofMillis(250);

    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream err;
    private final Terminal.Shape shape;
    private final Clock clock;
    private final Instant begun;
    private String step = "";
    private Instant stepBegun;
    private Instant shownAt = Instant.EPOCH;
    private boolean onScreen;

    private final boolean wanted;

    /** @param wanted false to show nothing, say because a program reads the answer */
    public Progress(Terminal terminal, Clock clock, boolean wanted) {
        this.wanted = wanted;
        this.err = terminal.err();
        this.shape = terminal.shape();
        this.clock = clock;
        this.begun = clock.instant();
        this.stepBegun = begun;
    }

    /** {@code done} of {@code total} bytes; a total of 0 is unknown. */
    public void bytes(String name, long done, long total) {
        show(name, done, total, ProgressText.Unit.BYTES);
    }

    /** {@code done} of {@code total} things; a total of 0 is unknown. */
    public void things(String name, long done, long total) {
        show(name, done, total, ProgressText.Unit.THINGS);
    }

    private void show(String name, long done, long total, ProgressText.Unit unit) {
        Instant now = clock.instant();
        boolean changed = !name.equals(step);
        if (changed) {
            step = name;
            stepBegun = now;
        }
        if (!wanted || Duration.between(begun, now).compareTo(SILENCE) < 0) {
            return;
        }
        Duration interval = shape.errIsTerminal() ? TERMINAL_INTERVAL : PLAIN_INTERVAL;
        if (!changed && Duration.between(shownAt, now).compareTo(interval) < 0) {
            return;
        }
        shownAt = now;
        print(new ProgressText(name, done, total, unit, Duration.between(stepBegun, now)));
    }

    private void print(ProgressText text) {
        if (shape.errIsTerminal()) {
            err.print(CLEAR + text.bar(shape.columns()));
            err.flush();
            onScreen = true;
        } else {
            err.println(text.plain());
        }
    }

    /** A line that stays, above the changing one. */
    public void note(String line) {
        close();
        err.println(line);
    }

    @Override
    public void close() {
        if (onScreen) {
            err.print(CLEAR);
            err.flush();
            onScreen = false;
        }
    }
}
