package org.cloister.agent.command.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final SteppedClock clock = new SteppedClock();

    @Test
    void aLineSaysBytesRateAndTimeLeft() {
        ProgressText text =
                new ProgressText("fetch", 12_300_000, 29_100_000, ProgressText.Unit.BYTES, Duration.ofSeconds(2));
        assertThat(text.bar(120))
                .isEqualTo("fetch [##########--------------] 42%  12.3 MB of 29.1 MB  6.15 MB/s  3 s left");
        assertThat(text.plain()).isEqualTo("fetch: 42%  12.3 MB of 29.1 MB  6.15 MB/s  3 s left");
        assertThat(text.bar(30)).hasSize(29);
    }

    @Test
    void whatIsNotKnownIsNotSaid() {
        assertThat(new ProgressText("resolve", 0, 0, ProgressText.Unit.THINGS, Duration.ZERO).plain())
                .isEqualTo("resolve:");
        assertThat(new ProgressText("hash", 7, 0, ProgressText.Unit.THINGS, Duration.ofMillis(100)).plain())
                .isEqualTo("hash:  7");
        assertThat(new ProgressText("hash", 9, 3, ProgressText.Unit.THINGS, Duration.ofMillis(100)).plain())
                .isEqualTo("hash: 100%  9 of 3");
    }

    @Test
    void aQuickCommandShowsNothing() {
        try (Progress progress = progress(true)) {
            progress.bytes("fetch", 1, 2);
            clock.forward(100);
            progress.bytes("fetch", 2, 2);
        }
        assertThat(text()).isEmpty();
    }

    @Test
    void aTerminalHasOneLineThatChangesInPlaceAndGoesAway() {
        try (Progress progress = progress(true)) {
            clock.forward(1000);
            progress.bytes("fetch", 1, 2);
            clock.forward(50);
            progress.bytes("fetch", 2, 2);
        }
        assertThat(text())
                .startsWith("\r\u001b[Kfetch [")
                .endsWith("\r\u001b[K")
                .doesNotContain("\n");
        assertThat(text().split("fetch", -1))
                .as("one within a tenth of a second")
                .hasSize(2);
    }

    @Test
    void aFileHasALineForEachKindOfStepAndEveryFiveSeconds() {
        try (Progress progress = progress(false)) {
            for (int i = 0; i <= 120; i++) {
                progress.things(i < 60 ? "fetch " + i : "link: " + i, i, 120);
                clock.forward(100);
            }
        }
        assertThat(text().lines().map(line -> line.replaceAll("[ :].*", "")).toList())
                .isEqualTo(List.of("fetch", "fetch", "link", "link"));
    }

    @Test
    void stepsThatTakeTurnsDoNotFillAFile() {
        try (Progress progress = progress(false)) {
            for (int i = 0; i <= 60; i++) {
                progress.things(i % 2 == 0 ? "fetch" : "import", i, 60);
                clock.forward(100);
            }
        }
        assertThat(text().lines().map(line -> line.replaceAll("[ :].*", "")).toList())
                .isEqualTo(List.of("import", "fetch", "import", "fetch"));
    }

    @Test
    void aStepThatBeginsAgainHasARateOfItsOwn() {
        try (Progress progress = progress(false)) {
            progress.bytes("share", 10, 1000);
            clock.forward(60_000);
            progress.bytes("share", 1000, 1000);
            clock.forward(60_000);
            progress.bytes("share", 0, 6000);
            clock.forward(6_000);
            progress.bytes("share", 3000, 6000);
        }
        assertThat(text().lines().toList()).last().isEqualTo("share: 50%  3.00 kB of 6.00 kB  500 B/s  6 s left");
    }

    @Test
    void aRateBelowOneIsNotSaid() {
        assertThat(new ProgressText("configure", 1, 4, ProgressText.Unit.THINGS, Duration.ofSeconds(10)).plain())
                .isEqualTo("configure: 25%  1 of 4  30 s left");
    }

    @Test
    void quantitiesAreReadable() {
        assertThat(List.of(0L, 999L, 1000L, 1500L, 15_000L, 999_499L, 999_500L, 1_000_000_000_000L).stream()
                        .map(Quantity::bytes))
                .containsExactly("0 B", "999 B", "1.00 kB", "1.50 kB", "15.0 kB", "999 kB", "1.00 MB", "1.00 TB");
        assertThat(Quantity.time(Duration.ofMillis(123))).isEqualTo("0.12 s");
        assertThat(Quantity.time(Duration.ofSeconds(185))).isEqualTo("3 min 5 s");
        assertThat(Quantity.time(Duration.ofHours(50))).isEqualTo("2 days");
    }

    @Test
    void aTableIsCutForAWindowOnlyAndLetsNoEscapeThrough() {
        Table table = new Table("NAME", "TEXT").row("a\u001b[2J", "x".repeat(100));
        table.print(stream(), Terminal.Shape.plain());
        assertThat(text()).isEqualTo("a?[2J  " + "x".repeat(100) + "\n");
        shown.reset();
        table.print(stream(), new Terminal.Shape(40, true, true, false));
        assertThat(text().lines().toList()).containsExactly("NAME   TEXT", "a?[2J  " + "x".repeat(32) + "…");
    }

    private Progress progress(boolean terminal) {
        return new Progress(new Recorder(new Terminal.Shape(80, terminal, terminal, false), stream()), clock, true);
    }

    private PrintStream stream() {
        return new PrintStream(shown, true, StandardCharsets.UTF_8);
    }

    private String text() {
        return shown.toString(StandardCharsets.UTF_8);
    }

    private record Recorder(Terminal.Shape shape, PrintStream err) implements Terminal {
        @Override
        public PrintStream out() {
            return err;
        }

        @Override
        public boolean interrupted() {
            return false;
        }

        @Override
        public void replaceWith(List<String> argv) {}
    }

    private static final class SteppedClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        void forward(long millis) {
            now = now.plusMillis(millis);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
