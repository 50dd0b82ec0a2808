package org.cloister.repo.log;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.cloister.repo.RequiresImage;
import org.cloister.repo.postgres.DatabaseAccess;
import org.cloister.repo.postgres.PostgresDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** The contract of the event store on the official image of PostgreSQL, where an engine has it. */
@RequiresImage(PostgresContainerIT.IMAGE)
public final class PostgresContainerIT extends EventStoreContract {
    public static final String IMAGE = "postgres:18";
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private static @Nullable PostgreSQLContainer container;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeAll
    static void start() {
        PostgreSQLContainer started =
                new PostgreSQLContainer(DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("postgres"));
        started.start();
        container = started;
    }

    @AfterAll
    static void stop() {
        if (container != null) {
            container.stop();
        }
    }

    @Override
    EventStore store(Clock clock) throws IOException {
        PostgresDatabase database = PostgresDatabase.open(newDatabase());
        opened.add(database);
        PostgresEventStore store = PostgresEventStore.open(database, clock);
        opened.add(0, store);
        return store;
    }

    private static DatabaseAccess newDatabase() throws IOException {
        PostgreSQLContainer running = container;
        if (running == null) {
            throw new IllegalStateException("the container runs before any test");
        }
        DatabaseAccess first = new DatabaseAccess(running.getJdbcUrl(), running.getUsername(), running.getPassword());
        String name = "contract" + DATABASES.incrementAndGet();
        try (var connection = first.connect();
                var statement = connection.createStatement()) {
            statement.execute("create database " + name);
        } catch (java.sql.SQLException e) {
            throw new IOException(e);
        }
        String url = first.url().replaceFirst("/" + running.getDatabaseName() + "\\b", "/" + name);
        return new DatabaseAccess(url, first.user(), first.password());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable closeable : opened) {
            closeable.close();
        }
    }
}
