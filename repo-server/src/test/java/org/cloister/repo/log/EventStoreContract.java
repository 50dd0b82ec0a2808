package org.cloister.repo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cloister.repo.log.Samples.append;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.cloister.events.CorrelationId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;
import org.cloister.events.codec.EventCodec;
import org.cloister.repo.log.AppendResult.Appended;
import org.cloister.repo.log.AppendResult.Conflict;
import org.cloister.repo.log.AppendResult.Repeated;
import org.junit.jupiter.api.Test;

/** What every event store keeps. */
abstract class EventStoreContract {
    /** A new, empty store that takes its time from {@code clock}. */
    abstract EventStore store(Clock clock) throws IOException;

    private EventStore newStore() throws IOException {
        return store(Clock.systemUTC());
    }

    @Test
    void anEmptyLogEndsBeforeTheFirstPosition() throws Exception {
        EventStore store = newStore();

        assertThat(store.head()).isEqualTo(Position.NONE);
        assertThat(store.readAll(Position.NONE, 10)).isEmpty();
        assertThat(store.positionAt(Instant.MAX)).isEqualTo(Position.NONE);
    }

    @Test
    void aPartWithoutEventsIsAConditionAndAddsNothing() throws Exception {
        EventStore store = newStore();
        store.append(append("package:rule", 0, 1)).toCompletableFuture().join();

        assertThat(result(store.append(conditional("package:a", 0)))).isEqualTo(new Conflict(RULE, 1));
        assertThat(result(store.append(conditional("package:a", 1)))).isEqualTo(new Appended(at(2), at(2)));
        assertThat(result(store.append(append("package:rule", 1, 1)))).isEqualTo(new Appended(at(3), at(3)));
        assertThat(store.readStream(RULE, 0, 10)).hasSize(2);
    }

    private static final StreamId RULE = StreamId.parse("package:rule");

    private static Append conditional(String stream, long version) {
        return new Append(
                Samples.request(),
                new Principal("alice"),
                new CorrelationId("c"),
                List.of(Samples.part(stream, 0, 1), new Append.Part(RULE, version, List.of())));
    }

    @Test
    void positionsAndVersionsAreGapFreeFromOne() throws Exception {
        EventStore store = newStore();

        assertThat(result(store.append(append("package:a", 0, 3)))).isEqualTo(new Appended(at(1), at(3)));
        assertThat(result(store.append(append("package:b", 0, 2)))).isEqualTo(new Appended(at(4), at(5)));
        assertThat(result(store.append(append("package:a", 3, 1)))).isEqualTo(new Appended(at(6), at(6)));

        assertThat(store.head()).isEqualTo(at(6));
        List<RecordedEvent> all = store.readAll(Position.NONE, 10);
        assertThat(all).extracting(event -> event.position().value()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(all).extracting(RecordedEvent::version).containsExactly(1L, 2L, 3L, 1L, 2L, 4L);
    }

    @Test
    void whatIsReadIsWhatWasAppended() throws Exception {
        Instant now = Instant.parse("2026-01-02T03:04:05.678901Z");
        EventStore store = store(Clock.fixed(now, ZoneOffset.UTC));

        String reason = "Zoë said \"no\"\n\t\u0000 \uD83D\uDC27 {a,b} \\N NULL";
        result(store.append(new Append(
                Samples.request(),
                new Principal("host/h1"),
                new CorrelationId("c-9"),
                List.of(new Append.Part(StreamId.parse("package:zoë"), 0, List.of(Samples.event(reason)))))));

        RecordedEvent read = store.readAll(Position.NONE, 1).get(0);
        assertThat(read.recordedAt()).isEqualTo(now);
        assertThat(read.principal()).isEqualTo(new Principal("host/h1"));
        assertThat(read.correlation()).isEqualTo(new CorrelationId("c-9"));
        assertThat(read.stream()).isEqualTo(StreamId.parse("package:zoë"));
        assertThat(new EventCodec().decode(read)).isEqualTo(Samples.event(reason));
        assertThat(read.payload())
                .isEqualTo(new EventCodec().encode(Samples.event(reason)).payload());
    }

    @Test
    void aStaleExpectationIsAConflictAndAppendsNothing() throws Exception {
        EventStore store = newStore();
        result(store.append(append("package:a", 0, 2)));

        assertThat(result(store.append(append("package:a", 1, 1))))
                .isEqualTo(new Conflict(StreamId.parse("package:a"), 2));
        assertThat(result(store.append(append("package:b", 1, 1))))
                .isEqualTo(new Conflict(StreamId.parse("package:b"), 0));
        assertThat(store.head()).isEqualTo(at(2));
    }

    @Test
    void aCommandOfSeveralStreamsIsAppendedWhollyOrNotAtAll() throws Exception {
        EventStore store = newStore();
        result(store.append(append("package:b", 0, 1)));

        Append stale = new Append(
                Samples.request(),
                new Principal("alice"),
                new CorrelationId("c"),
                List.of(Samples.part("package:a", 0, 1), Samples.part("package:b", 0, 1)));
        Append right = new Append(
                Samples.request(),
                new Principal("alice"),
                new CorrelationId("c"),
                List.of(Samples.part("package:a", 0, 1), Samples.part("package:b", 1, 1)));

        assertThat(result(store.append(stale))).isInstanceOf(Conflict.class);
        assertThat(result(store.append(right))).isEqualTo(new Appended(at(2), at(3)));
        assertThat(store.readStream(StreamId.parse("package:a"), 0, 10)).hasSize(1);
    }

    @Test
    void theSameRequestAgainReturnsTheFirstAnswer() throws Exception {
        EventStore store = newStore();
        RequestId request = Samples.request();
        assertThat(store.find(request)).isEmpty();
        result(store.append(append(request, "package:a", 0, 2)));
        result(store.append(append("package:a", 2, 1)));

        Repeated first = new Repeated(at(1), at(2));
        assertThat(result(store.append(append(request, "package:a", 0, 2)))).isEqualTo(first);
        assertThat(result(store.append(append(request, "package:a", 3, 1)))).isEqualTo(first);
        assertThat(store.find(request)).contains(first);
        assertThat(store.head()).isEqualTo(at(3));
    }

    @Test
    void racingWritersOfOneStreamAreOrdered() throws Exception {
        EventStore store = newStore();
        List<CompletionStage<AppendResult>> racing = IntStream.range(0, 50)
                .mapToObj(i -> store.append(append("package:hot", 0, 1)))
                .toList();

        List<AppendResult> results = new ArrayList<>();
        for (CompletionStage<AppendResult> stage : racing) {
            results.add(result(stage));
        }
        assertThat(results.stream().filter(Appended.class::isInstance)).hasSize(1);
        assertThat(results.stream().filter(Conflict.class::isInstance)).hasSize(49);
    }

    @Test
    void manyCommandsInFlightLoseNothing() throws Exception {
        EventStore store = newStore();
        List<CompletionStage<AppendResult>> stages = IntStream.range(0, 2_000)
                .mapToObj(i -> store.append(append("package:p" + i, 0, 1 + i % 3)))
                .toList();
        for (CompletionStage<AppendResult> stage : stages) {
            assertThat(result(stage)).isInstanceOf(Appended.class);
        }

        long head = store.head().value();
        assertThat(head).isEqualTo(3_999);
        assertThat(store.readAll(Position.NONE, EventStore.MAX_READ).stream()
                        .map(event -> event.position().value()))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, head).boxed().toList());
    }

    @Test
    void readsAreLimitedAndContinue() throws Exception {
        EventStore store = newStore();
        result(store.append(append("package:a", 0, 5)));
        result(store.append(append("package:b", 0, 5)));

        assertThat(store.readAll(at(3), 4))
                .extracting(event -> event.position().value())
                .containsExactly(4L, 5L, 6L, 7L);
        assertThat(store.readStream(StreamId.parse("package:b"), 2, 2))
                .extracting(RecordedEvent::version)
                .containsExactly(3L, 4L);
        assertThat(store.readAll(at(10), 4)).isEmpty();
    }

    @Test
    void aSelectionOfStreamsIsReadInOrderOfPositionFromAnywhere() throws Exception {
        EventStore store = newStore();
        for (int i = 0; i < 12; i++) {
            result(store.append(append("package:a", 2L * i, 2)));
            result(store.append(append("package:b", i, 1)));
            result(store.append(append("mirror:m" + i, 0, 1)));
            result(store.append(append("package:ab", i, 1)));
        }
        List<RecordedEvent> all = store.readAll(Position.NONE, 100);
        assertThat(all).hasSize(60);
        for (StreamSelection selection : List.of(
                selection(Set.of(), "package:a"),
                selection(Set.of(), "package:a", "package:b", "package:never"),
                selection(Set.of(StreamId.Kind.MIRROR)),
                selection(Set.of(StreamId.Kind.MIRROR, StreamId.Kind.HOST), "package:b", "mirror:m1"),
                selection(Set.of(), "package:never"),
                StreamSelection.ALL)) {
            for (int after = 0; after <= all.size(); after++) {
                assertThat(store.readSelected(selection, at(after), 7))
                        .as("%s after %d", selection, after)
                        .isEqualTo(all.stream()
                                .skip(after)
                                .filter(event -> selection.includes(event.stream()))
                                .limit(7)
                                .toList());
            }
        }
    }

    @Test
    void theNewestEventsOfAFilterAreReadPageByPage() throws Exception {
        EventStore store = newStore();
        for (int i = 0; i < 12; i++) {
            result(store.append(append("package:a", 2L * i, 2)));
            result(store.append(append("package:b", i, 1)));
            result(store.append(append("mirror:m" + i, 0, 1)));
        }
        List<RecordedEvent> all = new ArrayList<>(store.readAll(Position.NONE, 100));
        Collections.reverse(all);
        RecordedEvent some = all.get(5);
        for (EventFilter filter : List.of(
                EventFilter.ALL,
                EventFilter.of(StreamId.parse("package:a")),
                EventFilter.of(StreamId.parse("package:never")),
                new EventFilter(null, StreamId.Kind.MIRROR, null, null, null),
                new EventFilter(StreamId.parse("package:b"), null, some.type(), some.principal(), some.correlation()),
                new EventFilter(null, null, some.type(), new Principal("nobody"), null))) {
            List<RecordedEvent> found = new ArrayList<>();
            Position before = new Position(Long.MAX_VALUE);
            while (before != null) {
                NewestEvents page = store.readNewest(filter, before, 5);
                assertThat(page.events()).hasSizeLessThanOrEqualTo(5);
                found.addAll(page.events());
                before = page.next();
            }
            assertThat(found)
                    .as("%s", filter)
                    .isEqualTo(all.stream().filter(filter::includes).toList());
        }
    }

    @Test
    void eventsAtSomePositionsAreReadInTheirOrder() throws Exception {
        EventStore store = newStore();
        result(store.append(append("package:a", 0, 5)));

        assertThat(store.readAt(new TreeSet<>(List.of(at(4), at(2), at(9)))))
                .isEqualTo(List.of(
                        store.readAll(at(1), 1).get(0), store.readAll(at(3), 1).get(0)));
        assertThat(store.readAt(new TreeSet<>())).isEmpty();
    }

    @Test
    void aStreamHasAVersionAtEachPosition() throws Exception {
        EventStore store = newStore();
        result(store.append(append("package:a", 0, 2)));
        result(store.append(append("package:b", 0, 1)));
        result(store.append(append("package:a", 2, 1)));
        StreamId stream = StreamId.parse("package:a");

        assertThat(LongStream.rangeClosed(0, 4).map(position -> store.versionAt(stream, at(position))))
                .containsExactly(0L, 1L, 2L, 2L, 3L);
        assertThat(store.versionAt(StreamId.parse("package:c"), at(4))).isZero();
    }

    private static StreamSelection selection(Set<StreamId.Kind> kinds, String... streams) {
        return new StreamSelection(
                kinds, Arrays.stream(streams).map(StreamId::parse).collect(Collectors.toSet()));
    }

    @Test
    void listenersHearOfTheHeadBeforeTheCommandIsAcknowledged() throws Exception {
        EventStore store = newStore();
        List<Position> heard = new CopyOnWriteArrayList<>();
        EventStore.Registration registration = store.onAppended(heard::add);

        result(store.append(append("package:a", 0, 2)));
        assertThat(heard).containsExactly(at(2));

        registration.close();
        result(store.append(append("package:a", 2, 1)));
        assertThat(heard).containsExactly(at(2));
    }

    @Test
    void timesNeverGoBackAndFindPositions() throws Exception {
        SettableClock now = new SettableClock(Instant.parse("2026-01-01T00:00:10Z"));
        EventStore store = store(now);
        result(store.append(append("package:a", 0, 1)));
        now.set(Instant.parse("2026-01-01T00:00:05Z"));
        result(store.append(append("package:a", 1, 1)));
        now.set(Instant.parse("2026-01-01T00:00:20Z"));
        result(store.append(append("package:a", 2, 2)));

        assertThat(store.readAll(Position.NONE, 10))
                .extracting(event -> event.recordedAt().getEpochSecond() % 60)
                .containsExactly(10L, 10L, 20L, 20L);
        assertThat(store.positionAt(Instant.parse("2026-01-01T00:00:09Z"))).isEqualTo(Position.NONE);
        assertThat(store.positionAt(Instant.parse("2026-01-01T00:00:10Z"))).isEqualTo(at(2));
        assertThat(store.positionAt(Instant.parse("2026-01-01T00:00:21Z"))).isEqualTo(at(4));
        assertThat(store.positionAt(Instant.MAX)).isEqualTo(at(4));
        assertThat(store.positionAt(Instant.MIN)).isEqualTo(Position.NONE);
    }

    static AppendResult result(CompletionStage<AppendResult> stage) throws Exception {
        return stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    static Position at(long position) {
        return new Position(position);
    }
}
