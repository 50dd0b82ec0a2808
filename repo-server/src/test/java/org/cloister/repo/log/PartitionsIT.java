package org.cloister.repo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.cloister.repo.log.EventStoreContract.at;
import static org.cloister.repo.log.EventStoreContract.result;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;
import org.cloister.repo.RepoServices;
import org.cloister.repo.log.AppendResult.Appended;
import org.cloister.repo.postgres.DatabaseAccess;
import org.cloister.repo.postgres.PostgresDatabase;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationVersion;
import org.junit.jupiter.api.Test;

/** The log in partitions of a hundred positions. */
final class PartitionsIT {
    private static final String WHOLE = "select string_agg(e::text, '' order by position) from %s e";

    private static DatabaseAccess access(String migratedTo) throws Exception {
        String name = "partitions" + System.nanoTime();
        RepoServices.postgres().createDatabase(name);
        DatabaseAccess access = RepoServices.postgres().access(name);
        execute(access, "alter database " + name + " set cloister.partition_positions = 100");
        migrate(access, migratedTo);
        return access;
    }

    private static void migrate(DatabaseAccess access, String to) {
        Flyway.configure()
                .dataSource(access.url(), access.user(), access.password())
                .locations("classpath:db/migration")
                .target(MigrationVersion.fromVersion(to))
                .load()
                .migrate();
    }

    private static void execute(DatabaseAccess access, String... commands) throws SQLException {
        try (Connection connection = access.connect();
                Statement statement = connection.createStatement()) {
            for (String command : commands) {
                statement.execute(command);
            }
        }
    }

    private static String text(DatabaseAccess access, String query) throws SQLException {
        try (Connection connection = access.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return "" + row.getString(1);
        }
    }

    private static String partitions(DatabaseAccess access) throws SQLException {
        return text(
                access,
                "select string_agg(name || ' ' || first_position || ' ' || end_position, ', ') from event_partition");
    }

    @Test
    void theLogIsReadAndAddedToAcrossPartitionsAsIfThereWereNone() throws Exception {
        DatabaseAccess access = access("3");
        try (PostgresDatabase database = PostgresDatabase.open(access)) {
            try (PostgresEventStore store = PostgresEventStore.open(database, Clock.systemUTC())) {
                result(store.append(Samples.append("package:a", 0, 99)));
                result(store.append(Samples.append("package:b", 0, 3)));
                assertThat(result(store.append(Samples.append("package:a", 99, 250))))
                        .isEqualTo(new Appended(at(103), at(352)));
                checkReads(store);
                assertThat(result(store.append(Samples.append("package:a", 5, 1))))
                        .isEqualTo(new AppendResult.Conflict(StreamId.parse("package:a"), 349));
            }
            try (PostgresEventStore store = PostgresEventStore.open(database, Clock.systemUTC())) {
                assertThat(store.head()).isEqualTo(at(352));
                checkReads(store);
                assertThat(result(store.append(Samples.append("package:a", 349, 100))))
                        .isEqualTo(new Appended(at(353), at(452)));
            }
        }
        assertThat(partitions(access))
                .startsWith("event_from_1 1 101, event_from_101 101 201, event_from_201 201 301")
                .contains("401 501");
        for (String table : List.of("event", "event_from_1", "event_from_201")) {
            for (String command : List.of("update %s set payload = 'x'", "delete from %s", "truncate %s")) {
                assertThatThrownBy(() -> execute(access, command.formatted(table)))
                        .as("%s by the owner himself", command.formatted(table))
                        .hasMessageContaining("the log is append-only");
            }
        }
        assertThatThrownBy(() -> execute(access, "set role cloister_server", "select count(*) from event_from_101"))
                .hasMessageContaining("permission denied");
    }

    private static void checkReads(EventStore store) {
        List<RecordedEvent> all = new ArrayList<>();
        while (all.size() < 352) {
            all.addAll(store.readAll(at(all.size()), 70));
        }
        assertThat(all)
                .extracting(event -> event.position().value())
                .isEqualTo(LongStream.rangeClosed(1, 352).boxed().toList());
        StreamId a = StreamId.parse("package:a");
        assertThat(store.readStream(a, 97, 10))
                .extracting(RecordedEvent::version)
                .containsExactly(98L, 99L, 100L, 101L, 102L, 103L, 104L, 105L, 106L, 107L);
        assertThat(store.versionAt(a, at(102))).isEqualTo(99);
        assertThat(store.versionAt(a, at(300))).isEqualTo(297);
        assertThat(store.readSelected(new StreamSelection(Set.of(), Set.of(StreamId.parse("package:b"))), at(100), 10))
                .extracting(RecordedEvent::position)
                .containsExactly(at(101), at(102));
        assertThat(store.readNewest(EventFilter.of(a), at(205), 3).events())
                .extracting(RecordedEvent::position)
                .containsExactly(at(204), at(203), at(202));
        assertThat(store.readAt(new java.util.TreeSet<>(List.of(at(352), at(1), at(101), at(900)))))
                .extracting(RecordedEvent::position)
                .containsExactly(at(1), at(101), at(352));
    }

    /** Two processes that append at once meet at every boundary. */
    @Test
    void severalWritersMakePartitionsForEachOther() throws Exception {
        DatabaseAccess access = access("3");
        try (PostgresDatabase database = PostgresDatabase.open(access);
                PostgresEventStore one = PostgresEventStore.openShared(database, Clock.systemUTC());
                PostgresEventStore other = PostgresEventStore.openShared(database, Clock.systemUTC())) {
            List<CompletableFuture<AppendResult>> appended = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                appended.add(one.append(Samples.append("package:one" + i, 0, 7)).toCompletableFuture());
                appended.add(
                        other.append(Samples.append("package:other" + i, 0, 9)).toCompletableFuture());
            }
            for (CompletableFuture<AppendResult> each : appended) {
                assertThat(result(each)).isInstanceOf(Appended.class);
            }
            assertThat(text(access, "select count(*) || ' ' || max(position) from event"))
                    .isEqualTo("960 960");
        }
    }

    /** Who holds a lock on the table keeps new partitions from being made: appends go on as long as there is room, and then wait. */
    @Test
    void aLockOnTheTableDelaysPartitions() throws Exception {
        DatabaseAccess access = access("3");
        try (PostgresDatabase database = PostgresDatabase.open(access);
                PostgresEventStore store = PostgresEventStore.open(database, Clock.systemUTC())) {
            result(store.append(Samples.append("package:a", 0, 1)));
            try (Connection holder = access.connect();
                    Statement statement = holder.createStatement()) {
                holder.setAutoCommit(false);
                statement.execute("lock table event in share update exclusive mode");
                assertThat(result(store.append(Samples.append("package:a", 1, 98))))
                        .isEqualTo(new Appended(at(2), at(99)));
                CompletableFuture<AppendResult> waiting =
                        store.append(Samples.append("package:a", 99, 90)).toCompletableFuture();
                await().until(() -> text(
                                access,
                                "select count(*) from pg_locks where relation = 'event'::regclass and not granted")
                        .equals("1"));
                assertThat(waiting).isNotDone();
                holder.rollback();
                assertThat(result(waiting)).isEqualTo(new Appended(at(100), at(189)));
            }
        }
    }

    @Test
    void aLogFromBeforeBecomesTheFirstPartitionAndIsNotCopied() throws Exception {
        DatabaseAccess source = access("3");
        DatabaseAccess access = access("2");
        try (PostgresDatabase database = PostgresDatabase.open(source);
                PostgresEventStore store = PostgresEventStore.open(database, Clock.systemUTC())) {
            result(store.append(Samples.append("package:a", 0, 260)));
        }
        for (String table : List.of("event", "request", "merkle_subtree")) {
            copy(source, access, table);
        }
        String rows = text(access, WHOLE.formatted("event"));
        String file = text(access, "select pg_relation_filenode('event')");

        migrate(access, "3");

        assertThat(text(access, WHOLE.formatted("event"))).isEqualTo(rows);
        assertThat(text(access, "select pg_relation_filenode('event_from_1')")).isEqualTo(file);
        assertThat(partitions(access)).isEqualTo("event_from_1 1 301");
        try (PostgresDatabase database = PostgresDatabase.open(access);
                PostgresEventStore store = PostgresEventStore.open(database, Clock.systemUTC())) {
            assertThat(store.head()).isEqualTo(at(260));
            assertThat(result(store.append(Samples.append("package:a", 260, 80))))
                    .isEqualTo(new Appended(at(261), at(340)));
            assertThat(store.readStream(StreamId.parse("package:a"), 255, 100)).hasSize(85);
        }
        assertThat(partitions(access)).startsWith("event_from_1 1 301, event_from_301 301 401");
    }

    private static void copy(DatabaseAccess from, DatabaseAccess to, String table) throws SQLException {
        String rows = text(from, "select coalesce(json_agg(t), '[]') from " + table + " t");
        try (Connection connection = to.connect();
                var statement = connection.prepareStatement("insert into " + table
                        + " select * from json_populate_recordset(null::" + table + ", ?::json)")) {
            statement.setString(1, rows);
            statement.execute();
        }
    }
}
