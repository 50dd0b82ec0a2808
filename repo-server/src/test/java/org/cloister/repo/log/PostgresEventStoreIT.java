package org.cloister.repo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.cloister.events.CorrelationId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;
import org.cloister.events.codec.EventCodec;
import org.cloister.repo.RepoServices;
import org.cloister.repo.log.AppendResult.Appended;
import org.cloister.repo.log.AppendResult.Repeated;
import org.cloister.repo.postgres.DatabaseAccess;
import org.cloister.repo.postgres.PostgresDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PostgresEventStoreIT extends EventStoreContract {
    private final List<AutoCloseable> opened = new ArrayList<>();

    @Override
    EventStore store(Clock clock) throws IOException {
        PostgresDatabase database = RepoServices.database();
        opened.add(database);
        return open(database, clock);
    }

    private PostgresEventStore open(PostgresDatabase database, Clock clock) throws IOException {
        PostgresEventStore store = PostgresEventStore.open(database, clock);
        opened.add(0, store);
        return store;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable closeable : opened) {
            closeable.close();
        }
    }

    @Test
    void anotherStoreGoesOnWhereTheFirstEnded() throws Exception {
        PostgresDatabase database = RepoServices.database();
        opened.add(database);
        RequestId request = Samples.request();
        try (PostgresEventStore first = PostgresEventStore.open(database, Clock.systemUTC())) {
            result(first.append(Samples.append(request, "package:a", 0, 700)));
        }

        PostgresEventStore second = open(database, Clock.systemUTC());

        assertThat(second.head()).isEqualTo(at(700));
        assertThat(result(second.append(Samples.append(request, "package:a", 0, 700))))
                .isEqualTo(new Repeated(at(1), at(700)));
        assertThat(result(second.append(Samples.append("package:a", 700, 1))))
                .isEqualTo(new Appended(at(701), at(701)));
    }

    @Test
    void aRepetitionWithACurrentVersionIsRecognizedAfterARestart() throws Exception {
        PostgresDatabase database = RepoServices.database();
        opened.add(database);
        RequestId request = Samples.request();
        try (PostgresEventStore first = PostgresEventStore.open(database, Clock.systemUTC())) {
            result(first.append(Samples.append(request, "package:a", 0, 1)));
        }
        PostgresEventStore second = open(database, Clock.systemUTC());
        result(second.append(Samples.append("package:b", 0, 1)));

        assertThat(result(second.append(Samples.append(request, "package:a", 1, 1))))
                .isEqualTo(new Repeated(at(1), at(1)));
        assertThat(second.head()).isEqualTo(at(2));
    }

    @Test
    void aLostSessionIsReplacedAndNothingIsLost() throws Exception {
        DatabaseAccess access = RepoServices.access();
        PostgresDatabase database = PostgresDatabase.open(access);
        opened.add(database);
        PostgresEventStore store = open(database, Clock.systemUTC());
        result(store.append(Samples.append("package:a", 0, 1)));

        try (Connection owner = access.connect();
                Statement statement = owner.createStatement()) {
            statement.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
                            + " and application_name = 'cloister log'");
        }

        assertThat(result(store.append(Samples.append("package:a", 1, 1)))).isEqualTo(new Appended(at(2), at(2)));
    }

    @Test
    void twoStoresOfOneDatabaseAppendInTurnAndHearOfEachOther() throws Exception {
        PostgresDatabase database = RepoServices.database();
        opened.add(database);
        PostgresEventStore one = openShared(database);
        PostgresEventStore two = openShared(database);
        List<Position> heard = new CopyOnWriteArrayList<>();
        two.onAppended(heard::add);
        List<CompletableFuture<AppendResult>> results = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            PostgresEventStore store = i % 2 == 0 ? one : two;
            results.add(store.append(Samples.append("package:p" + i, 0, 1)).toCompletableFuture());
        }
        for (CompletableFuture<AppendResult> each : results) {
            assertThat(each.get(60, TimeUnit.SECONDS)).isInstanceOf(Appended.class);
        }

        assertThat(one.latest().toCompletableFuture().get(10, TimeUnit.SECONDS)).isEqualTo(at(2_000));
        assertThat(one.head()).isEqualTo(at(2_000));
        await().atMost(10, TimeUnit.SECONDS).until(() -> heard.contains(at(2_000)));
        assertThat(heard).isSorted().doesNotHaveDuplicates();
        assertThat(one.readAll(Position.NONE, 3_000))
                .extracting(event -> event.position().value())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 2_000).boxed().toList());
        assertThat(result(one.append(Samples.append("package:p1", 1, 1)))).isInstanceOf(Appended.class);
        assertThat(result(two.append(Samples.append("package:p1", 1, 1))))
                .isEqualTo(new AppendResult.Conflict(StreamId.parse("package:p1"), 2));
        assertThat(result(two.append(Samples.append("package:p1", 2, 1)))).isInstanceOf(Appended.class);
        assertThat(result(one.append(Samples.append("package:p1", 3, 1)))).isInstanceOf(Appended.class);
    }

    private PostgresEventStore openShared(PostgresDatabase database) throws IOException {
        PostgresEventStore store = PostgresEventStore.openShared(database, Clock.systemUTC());
        opened.add(0, store);
        return store;
    }

    /** A process that was stopped after it read where the log ends, and wakes when others have appended. */
    @Test
    void whatWasPlacedAfterAFormerEndIsNotAppended() throws Exception {
        PostgresDatabase database = RepoServices.database();
        opened.add(database);
        try (LogSession stopped = PostgresLogSession.of(database, false).open()) {
            BatchPlan plan = new BatchPlan(Instant.now(), stopped.tail().frontier(), stream -> 0);
            plan.place(QueuedAppend.of(Samples.append("package:stopped", 0, 1), new EventCodec(), 0));
            PostgresEventStore other = open(database, Clock.systemUTC());
            result(other.append(Samples.append("package:a", 0, 1)));

            assertThatThrownBy(() -> stopped.commit(plan.batch()))
                    .isInstanceOf(LogSession.ContradictionException.class);
            assertThat(other.readAll(Position.NONE, 10)).hasSize(1);
        }
    }

    /** A process that was stopped in its turn. */
    @Test
    void whoeverDoesNothingInItsTurnLosesIt() throws Exception {
        PostgresDatabase database = RepoServices.database();
        opened.add(database);
        PostgresEventStore other = open(database, Clock.systemUTC());
        result(other.append(Samples.append("package:a", 0, 1)));
        try (LogSession stopped = PostgresLogSession.of(database, false).open()) {
            stopped.begin();
            BatchPlan plan = new BatchPlan(Instant.now(), stopped.tail().frontier(), stream -> 0);
            plan.place(QueuedAppend.of(Samples.append("package:stopped", 0, 1), new EventCodec(), 0));

            assertThat(result(other.append(Samples.append("package:a", 1, 1)))).isEqualTo(new Appended(at(2), at(2)));
            assertThatThrownBy(() -> stopped.commit(plan.batch())).isInstanceOf(IOException.class);
        }
        assertThat(other.readAll(Position.NONE, 10)).hasSize(2);
    }

    @Test
    void aReadNeverWeighsMoreThanItsLimit() throws Exception {
        PostgresDatabase database = RepoServices.database();
        opened.add(database);
        PostgresEventStore store = open(database, Clock.systemUTC());
        String large = "x".repeat(EventStore.MAX_READ_BYTES / 3);
        for (int i = 0; i < 4; i++) {
            result(store.append(new Append(
                    Samples.request(),
                    new Principal("alice"),
                    new CorrelationId("c"),
                    List.of(new Append.Part(StreamId.parse("package:large"), i, List.of(Samples.event(large)))))));
        }

        assertThat(store.readAll(at(0), 10)).hasSize(2);
        assertThat(store.readAll(at(2), 10)).hasSize(2);
        assertThat(store.readStream(StreamId.parse("package:large"), 1, 10)).hasSize(2);
        assertThat(store.readAll(at(3), 10)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update event set payload = '{}' where position = 1",
                "delete from event where position = 1",
                "truncate event",
                "update request set last_position = 7",
                "delete from merkle_subtree",
                "truncate checkpoint",
                "delete from epoch",
            })
    void theDatabaseRefusesToChangeTheLogEvenForItsOwner(String change) throws Exception {
        DatabaseAccess access = RepoServices.access();
        PostgresDatabase database = PostgresDatabase.open(access);
        opened.add(database);
        PostgresEventStore store = open(database, Clock.systemUTC());
        result(store.append(Samples.append("package:a", 0, 1)));

        try (Connection owner = access.connect();
                Statement statement = owner.createStatement()) {
            assertThatThrownBy(() -> statement.execute(change))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("append-only");
            statement.execute("set session_replication_role = replica");
            assertThatThrownBy(() -> statement.execute(change)).hasMessageContaining("append-only");
        }
        try (Connection server = database.connect();
                Statement statement = server.createStatement()) {
            assertThatThrownBy(() -> statement.execute(change)).hasMessageContaining("permission denied");
            assertThatThrownBy(() -> statement.execute("alter table event disable trigger all"))
                    .hasMessageContaining("must be owner");
        }
        assertThat(store.readAll(Position.NONE, 10)).hasSize(1);
    }
}
