package org.cloister.agent.command.terminal;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far the steps of a command are: one line that changes in place on a terminal, a line now and then elsewhere. The
 * first word of a step's name is its kind ({@code fetch objects}, {@code configure Setting up nano}): steps of one kind share one
 * rate and, outside a terminal, one allowance of lines. Closing it removes what stands on a
 * terminal. One thread.
 */
public final class Progress implements AutoCloseable {
    private static final Duration TERMINAL_INTERVAL = Duration.ofMillis(100);
    private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(5);
    /** A step that ends before that is not mentioned: a flicker tells nobody anything. */
    private static final Duration SILENCE = Duration.ofMillis(250);

    private static final Pattern KIND_END = Pattern.compile("[ :]");

    private static final String CLEAR = "\r\u001b[K";

    private final PrintStream err;
    private final Terminal.Shape shape;
    private final Clock clock;
    private final Instant begun;
    private final Map<String, Kind> kinds = new HashMap<>();
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
        Kind kind = kinds.computeIfAbsent(KIND_END.split(name, 2)[0], any -> new Kind(now));
        kind.hear(done, now);
        if (!wanted || Duration.between(begun, now).compareTo(SILENCE) < 0) {
            return;
        }
        boolean first = kind.shownAt == null;
        Instant before = kind.shownAt == null || shape.errIsTerminal() ? shownAt : kind.shownAt;
        Duration interval = shape.errIsTerminal() ? TERMINAL_INTERVAL : PLAIN_INTERVAL;
        if (!first && Duration.between(before, now).compareTo(interval) < 0) {
            return;
        }
        shownAt = now;
        kind.shownAt = now;
        print(new ProgressText(name, done, total, unit, Duration.between(kind.begun, now)));
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

    /** Steps whose names begin with the same word. */
    private static final class Kind {
        private Instant begun;
        private long done;
        private @Nullable Instant shownAt;

        Kind(Instant begun) {
            this.begun = begun;
        }

        /** Less than before is another step, which has a rate of its own. */
        void hear(long now, Instant at) {
            if (now < done) {
                begun = at;
            }
            done = now;
        }
    }
}
