package org.cloister.repo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.cloister.events.CorrelationId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.StreamId;
import org.cloister.repo.log.AppendResult.Appended;
import org.cloister.repo.log.AppendResult.Repeated;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EventSequencerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int COMMANDS = 2_000;
    private static final int STREAMS = 50;

    private record Sent(Append command, CompletableFuture<AppendResult> result) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void whateverFailsWhatIsAcknowledgedIsThereOnceAndInOrder(long seed) throws Exception {
        FailingSessions database = new FailingSessions(new Random(seed), 0.1);
        List<Sent> sent = new ArrayList<>();
        try (EventSequencer sequencer = started(database, PATIENCE)) {
            long[] versions = new long[STREAMS];
            for (int i = 0; i < COMMANDS; i++) {
                int stream = i % STREAMS;
                int events = 1 + i % 3;
                Append command = Samples.append("package:p" + stream, versions[stream], events);
                versions[stream] += events;
                sent.add(new Sent(command, sequencer.append(command).toCompletableFuture()));
            }
            for (Sent each : sent) {
                assertStored(database, each);
            }
            assertThat(sequencer.head().value()).isEqualTo(database.rows().size());
        }
        assertThat(database.rows())
                .extracting(Batch.Row::position)
                .containsExactlyElementsOf(LongStream.rangeClosed(
                                1,
                                sent.stream()
                                        .mapToLong(each -> each.command()
                                                .parts()
                                                .get(0)
                                                .events()
                                                .size())
                                        .sum())
                        .boxed()
                        .toList());
    }

    private static void assertStored(FailingSessions database, Sent sent) throws Exception {
        AppendResult result = sent.result().get(60, TimeUnit.SECONDS);
        Repeated stored = database.answers().get(sent.command().request());
        assertThat(stored).isNotNull();
        assertThat(result).isIn(stored, new Appended(stored.first(), stored.last()));
        String stream = sent.command().parts().get(0).stream().toString();
        assertThat(database.rows().subList((int) stored.first().value() - 1, (int)
                        stored.last().value()))
                .hasSize(sent.command().parts().get(0).events().size())
                .allMatch(row -> row.stream().equals(stream));
    }

    /** Each stream has its writer, and all writers write at once; then one goes on with another's streams. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void severalWritersOfOneLogLoseAndRepeatNothing(long seed) throws Exception {
        FailingSessions database = new FailingSessions(new Random(seed), 0.05);
        List<Sent> sent = new ArrayList<>();
        try (EventSequencer one = started(database, PATIENCE);
                EventSequencer two = started(database, PATIENCE)) {
            for (int i = 0; i < COMMANDS; i++) {
                Append command = Samples.append("package:p" + i % STREAMS, i / STREAMS, 1);
                EventSequencer writer = (i % STREAMS + i / 1_000) % 2 == 0 ? one : two;
                if (i % 1_000 == 0) {
                    for (Sent each : sent) {
                        each.result().get(60, TimeUnit.SECONDS);
                    }
                }
                sent.add(new Sent(command, writer.append(command).toCompletableFuture()));
            }
            for (Sent each : sent) {
                assertStored(database, each);
            }
            Append again = sent.get(0).command();
            assertThat(two.append(again).toCompletableFuture().get(60, TimeUnit.SECONDS))
                    .isInstanceOf(Repeated.class);
            assertThat(one.append(again).toCompletableFuture().get(60, TimeUnit.SECONDS))
                    .isInstanceOf(Repeated.class);
        }
        assertThat(database.rows())
                .extracting(Batch.Row::position)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, COMMANDS).boxed().toList());
    }

    @Test
    void onlyTheCommandThatCanNotBeWrittenFails() throws Exception {
        FailingSessions database = new FailingSessions(new Random(7), 0);
        try (EventSequencer sequencer = started(database, PATIENCE)) {
            List<CompletableFuture<AppendResult>> good = new ArrayList<>();
            CompletableFuture<AppendResult> bad = new CompletableFuture<>();
            for (int i = 0; i < 20; i++) {
                if (i == 10) {
                    bad = sequencer.append(poison()).toCompletableFuture();
                }
                good.add(sequencer.append(Samples.append("package:p" + i, 0, 1)).toCompletableFuture());
            }
            for (CompletableFuture<AppendResult> each : good) {
                assertThat(each.get(10, TimeUnit.SECONDS)).isInstanceOf(Appended.class);
            }
            CompletableFuture<AppendResult> refused = bad;
            assertThatThrownBy(() -> refused.get(10, TimeUnit.SECONDS)).hasMessageContaining("refused the events");
        }
        assertThat(database.rows()).hasSize(20);
    }

    @Test
    void aDatabaseThatStaysAwayIsWaitedForAndThenReported() throws Exception {
        FailingSessions database = new FailingSessions(new Random(7), 0);
        try (EventSequencer sequencer = started(database, Duration.ofMillis(50))) {
            database.goAway();
            CompletableFuture<AppendResult> lost =
                    sequencer.append(Samples.append("package:a", 0, 1)).toCompletableFuture();
            assertThatThrownBy(() -> lost.get(10, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IOException.class)
                    .hasMessageContaining("not known");
            database.comeBack();
            assertThat(sequencer
                            .append(Samples.append("package:a", 0, 1))
                            .toCompletableFuture()
                            .get(10, TimeUnit.SECONDS))
                    .isEqualTo(new Appended(new Position(1), new Position(1)));
        }
    }

    @Test
    void aClosedSequencerAppendsWhatWaitsAndRefusesMore() throws Exception {
        FailingSessions database = new FailingSessions(new Random(7), 0);
        EventSequencer sequencer = started(database, PATIENCE);
        List<CompletableFuture<AppendResult>> waiting = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            waiting.add(sequencer.append(Samples.append("package:p" + i, 0, 1)).toCompletableFuture());
        }
        sequencer.close();

        for (CompletableFuture<AppendResult> each : waiting) {
            assertThat(each.get(10, TimeUnit.SECONDS)).isInstanceOf(Appended.class);
        }
        assertThatThrownBy(() -> sequencer
                        .append(Samples.append("package:late", 0, 1))
                        .toCompletableFuture()
                        .get())
                .hasCauseInstanceOf(LogBusyException.class);
    }

    @Test
    void moreThanTheQueueHoldsIsRefused() throws Exception {
        FailingSessions database = new FailingSessions(new Random(7), 0);
        try (EventSequencer sequencer = started(database, PATIENCE)) {
            database.goAway();
            int refused = 0;
            for (int i = 0; i < EventSequencer.MAX_QUEUED + EventSequencer.MAX_BATCH + 10; i++) {
                if (sequencer
                        .append(Samples.append("package:p" + i, 0, 1))
                        .toCompletableFuture()
                        .isCompletedExceptionally()) {
                    refused++;
                }
            }
            assertThat(refused).isPositive();
            database.comeBack();
        }
        assertThat(database.rows()).hasSizeGreaterThanOrEqualTo(EventSequencer.MAX_QUEUED);
    }

    private static EventSequencer started(FailingSessions database, Duration patience) throws Exception {
        EventSequencer sequencer = new EventSequencer(database, Clock.systemUTC(), patience, Duration.ofMillis(1));
        sequencer.start();
        database.failFromNowOn();
        return sequencer;
    }

    private static Append poison() {
        return new Append(
                Samples.request(),
                new Principal("alice"),
                new CorrelationId("c"),
                List.of(new Append.Part(
                        StreamId.parse("package:poisoned"), 0, List.of(Samples.event(FailingSessions.POISON)))));
    }
}
