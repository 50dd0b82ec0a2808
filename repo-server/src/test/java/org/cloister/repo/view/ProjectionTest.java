package org.cloister.repo.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.cloister.events.CorrelationId;
import org.cloister.events.Event;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;
import org.cloister.events.UserEvent.IdKind;
import org.cloister.events.UserEvent.SystemUserRegistered;
import org.cloister.events.codec.EventCodec;
import org.cloister.repo.log.Append;
import org.cloister.repo.log.DelegatingEventStore;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.log.InMemoryEventStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProjectionTest {
    private final InMemoryEventStore store = new InMemoryEventStore();
    private final List<Long> seen = java.util.Collections.synchronizedList(new ArrayList<>());
    private Projection projection =
            projection(store, (recorded, event) -> seen.add(recorded.position().value()));

    private static Projection projection(EventStore store, View view) {
        return new Projection(store, new EventCodec(), List.of(view));
    }

    @AfterEach
    void close() {
        projection.close();
    }

    private void append(int number) {
        append(store, number);
    }

    private static void append(EventStore store, int number) {
        Event event = new SystemUserRegistered(IdKind.USER, "user" + number, number);
        store.append(new Append(
                        new RequestId("r-" + number),
                        new Principal("alice"),
                        new CorrelationId("c"),
                        List.of(new Append.Part(StreamId.users(), number - 1, List.of(event)))))
                .toCompletableFuture()
                .join();
    }

    private static Position await(CompletionStage<Position> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Test
    void whatWasAppendedBeforeAndAfterTheStartIsAppliedOnceInOrder() {
        append(1);
        append(2);
        projection.start();
        append(3);

        assertThat(await(projection.current())).isEqualTo(new Position(3));
        append(4);
        assertThat(await(projection.current())).isEqualTo(new Position(4));
        assertThat(seen).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void whoWaitsForALaterPositionIsToldWhenItIsReached() {
        projection.start();
        CompletionStage<Position> second = projection.reached(new Position(2));
        append(1);
        await(projection.reached(new Position(1)));

        assertThat(second.toCompletableFuture()).isNotDone();
        append(2);

        assertThat(await(second)).isEqualTo(new Position(2));
    }

    @Test
    void aViewThatCannotTakeAnEventStopsTheProjectionAndWhoeverWaitsIsTold() {
        projection = projection(store, (recorded, event) -> {
            throw new IllegalArgumentException("poison");
        });
        CompletionStage<Position> waiting = projection.reached(new Position(1));
        append(1);
        projection.start();

        assertThatThrownBy(() -> await(waiting)).hasRootCauseMessage("poison");
        assertThatThrownBy(() -> await(projection.current())).hasRootCauseMessage("poison");
        assertThat(projection.failure()).hasMessage("poison");
        assertThat(projection.position()).isEqualTo(Position.NONE);
    }

    @Test
    void aDatabaseThatFailsIsAskedAgain() {
        AtomicInteger failures = new AtomicInteger(1);
        CountDownLatch failed = new CountDownLatch(1);
        projection = projection(
                new DelegatingEventStore(store) {
                    @Override
                    public List<RecordedEvent> readAll(Position after, int limit) {
                        if (failures.getAndDecrement() > 0) {
                            failed.countDown();
                            throw new UncheckedIOException(new IOException("the connection is gone"));
                        }
                        return super.readAll(after, limit);
                    }
                },
                (recorded, event) -> seen.add(recorded.position().value()));
        append(1);
        projection.start();

        await(projection.current());
        assertThat(failed.getCount()).isZero();
        assertThat(seen).containsExactly(1L);
        assertThat(projection.failure()).isNull();
    }

    @Test
    void aGapInTheLogIsNotPassedOver() {
        append(1);
        append(2);
        projection = projection(
                new DelegatingEventStore(store) {
                    @Override
                    public List<RecordedEvent> readAll(Position after, int limit) {
                        return super.readAll(after.next(), limit);
                    }
                },
                (recorded, event) -> seen.add(recorded.position().value()));
        projection.start();

        assertThatThrownBy(() -> await(projection.current())).hasRootCauseMessage("after position 0 came 2");
        assertThat(seen).isEmpty();
    }

    @Test
    void aViewIsNotAddedAfterTheStart() {
        projection.start();

        assertThatThrownBy(() -> projection.add((recorded, event) -> {})).isInstanceOf(IllegalStateException.class);
    }
}
