package org.cloister.repo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.cloister.repo.kafka.EmbeddedKafka;
import org.cloister.repo.postgres.DatabaseAccess;
import org.cloister.repo.postgres.EmbeddedPostgres;
import org.cloister.repo.postgres.PostgresDatabase;
import org.jspecify.annotations.Nullable;

/**
 * The real services that all tests of a JVM share; started on first use, ended with the JVM.
 *
 * <p>A fresh database is one line: {@code PostgresDatabase database = RepoServices.database();}
 */
public final class RepoServices {
    private static final String TEMPLATE = "migrated";
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private static @Nullable EmbeddedPostgres postgres;
    private static @Nullable EmbeddedKafka kafka;

    private RepoServices() {}

    /** The shared PostgreSQL. */
    public static synchronized EmbeddedPostgres postgres() {
        if (postgres == null) {
            try {
                Path programs = Path.of("target", "postgres-programs");
                EmbeddedPostgres started = EmbeddedPostgres.start(directory("postgres"), programs);
                started.createDatabase(TEMPLATE);
                PostgresDatabase.migrate(started.access(TEMPLATE));
                postgres = started;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return postgres;
    }

    /** A new migrated database, empty; the caller closes it. */
    public static PostgresDatabase database() {
        return PostgresDatabase.open(access());
    }

    /** Where a new migrated database is, for its owner. */
    public static DatabaseAccess access() {
        String name = "test" + DATABASES.incrementAndGet();
        try {
            postgres().createDatabase(name, TEMPLATE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return postgres().access(name);
    }

    /** The shared Kafka. Its topics are one log's: a relay of another database makes them anew. */
    public static synchronized EmbeddedKafka kafka() {
        if (kafka == null) {
            try {
                kafka = EmbeddedKafka.start(directory("kafka"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return kafka;
    }

    /** A new directory below {@code target}, deleted when the JVM ends. */
    public static Path directory(String name) throws IOException {
        Path parent = Files.createDirectories(Path.of("target", "services").toAbsolutePath());
        Path directory = Files.createTempDirectory(parent, name + "-");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> TestTrees.deleteWithServices(directory)));
        return directory;
    }

    static synchronized void stop() {
        try (EmbeddedPostgres endedPostgres = postgres;
                EmbeddedKafka endedKafka = kafka) {
            postgres = null;
            kafka = null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
