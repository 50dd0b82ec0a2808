package org.cloister.repo.rehash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.cloister.events.AuditEvent.Damage;
import org.cloister.events.AuditEvent.Rehashed;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.PackageEvent.PackageYanked;
import org.cloister.events.Principal;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.StoreLayout;
import org.cloister.repo.RepoServices;
import org.cloister.repo.log.Append;
import org.cloister.repo.log.LogAudit;
import org.cloister.repo.log.LogProofs;
import org.cloister.repo.log.PostgresEventStore;
import org.cloister.repo.pool.PoolScrub;
import org.cloister.repo.postgres.DatabaseAccess;
import org.cloister.repo.postgres.PostgresDatabase;
import org.cloister.repo.turn.Turns;
import org.cloister.repo.view.Projection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything is hashed again, what was changed in the log and in the pool is found, and what was found is in the log. */
class RehashIT {
    private static final String PLACE = "objects/" + StoreLayout.fanOut(Digest.ofText("x"));

    @TempDir
    private Path directory = Path.of("");

    @Test
    void whatWasChangedIsFoundAndRecordedWithItsPlace() throws Exception {
        DatabaseAccess access = RepoServices.access();
        RehashView view = new RehashView();
        try (PostgresDatabase database = PostgresDatabase.open(access);
                PostgresEventStore store = PostgresEventStore.open(database, Clock.systemUTC());
                LogProofs proofs = LogProofs.open(database, store, directory.resolve("log"), "log.example");
                Projection projection = new Projection(store, new EventCodec(), List.of(view))) {
            projection.start();
            append(store);
            proofs.signedCheckpoint();
            Rehash rehash = new Rehash(
                    new LogAudit(database, proofs),
                    new PoolScrub(directory.resolve("pool"), bytes -> {}),
                    Clock.systemUTC());
            try (RehashSchedule schedule = RehashSchedule.start(rehash, view, store, Clock.systemUTC(), Turns.ALONE)) {
                Rehashed sound = rehash.run();
                assertThat(sound.damaged()).isZero();
                assertThat(sound.events()).isEqualTo(3);
                schedule.record(sound);
                reached(projection);

                Path file = directory.resolve("pool").resolve(PLACE);
                Files.createDirectories(Objects.requireNonNull(file.getParent()));
                Files.writeString(file, "not x");
                alter(access);
                schedule.record(rehash.run());
                reached(projection);
            }
        }
        Rehashed found = Objects.requireNonNull(view.last()).found();
        assertThat(found.damaged()).isEqualTo(2);
        assertThat(found.events()).isEqualTo(1);
        assertThat(found.first()).extracting(Damage::place).containsExactly("event 2 envelope", PLACE);
    }

    private static void reached(Projection projection) throws Exception {
        projection.current().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static void append(PostgresEventStore store) throws Exception {
        PackageYanked event = new PackageYanked(PackageId.of("a", "1", "amd64"), "because");
        store.append(new Append(
                        new RequestId("r-1"),
                        new Principal("alice"),
                        new CorrelationId("c-1"),
                        List.of(new Append.Part(StreamId.ofPackage("a"), 0, List.of(event, event, event)))))
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS);
    }

    /** As somebody who owns the database and means it. */
    private static void alter(DatabaseAccess access) throws Exception {
        try (Connection owner = access.connect();
                Statement statement = owner.createStatement()) {
            statement.execute("alter table event disable trigger user");
            statement.executeUpdate("update event set principal = 'mallory' where position = 2");
        }
    }
}
