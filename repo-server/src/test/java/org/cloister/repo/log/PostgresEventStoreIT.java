package org.cloister.repo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.cloister.events.CorrelationId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;
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
            statement.execute("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'"
                    + " and database = (select oid from pg_database where datname = current_database())");
        }

        assertThat(result(store.append(Samples.append("package:a", 1, 1)))).isEqualTo(new Appended(at(2), at(2)));
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
