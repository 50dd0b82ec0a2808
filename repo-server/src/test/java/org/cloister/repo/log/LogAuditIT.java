package org.cloister.repo.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.log.MerkleHash;
import org.cloister.repo.RepoServices;
import org.cloister.repo.log.LogAudit.Damaged;
import org.cloister.repo.log.LogAudit.Progress;
import org.cloister.repo.log.LogAudit.Sound;
import org.cloister.repo.log.LogAudit.Verdict;
import org.cloister.repo.postgres.DatabaseAccess;
import org.cloister.repo.postgres.PostgresDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LogAuditIT {
    private static final int EVENTS = 700;

    @TempDir
    private Path directory = Path.of("");

    private final DatabaseAccess access = RepoServices.access();

    @Test
    void aLogThatNobodyTouchedIsSound() throws Exception {
        List<Progress> heard = new ArrayList<>();
        try (PostgresDatabase database = PostgresDatabase.open(access);
                PostgresEventStore store = PostgresEventStore.open(database, Clock.systemUTC());
                LogProofs proofs = LogProofs.open(database, store, directory, "log.example")) {
            assertThat(new LogAudit(database, proofs).verify(heard::add)).isEqualTo(new Sound(0, 0));
            fill(store, proofs);
            assertThat(new LogAudit(database, proofs).verify(heard::add)).isEqualTo(new Sound(EVENTS, EVENTS));
        }
        assertThat(heard).last().isEqualTo(new Progress(EVENTS, EVENTS));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "update event set payload = replace(payload, 'because 5\"', 'because 6\"') where position = 5 | 5 | payload",
                "update event set payload_hash = sha256('x') where position = 6 | 6 | payload",
                "update event set principal = 'mallory' where position = 7 | 7 | envelope",
                "update event set recorded_at = recorded_at + '1 microsecond' where position = 8 | 8 | envelope",
                "update event set stream = 'package:b' where position = 9 | 9 | envelope",
                "update event set leaf_hash = sha256('x') where position = 10 | 10 | envelope",
                "update event set type = 'PackageRestored' where position = 11 | 11 | envelope",
                "update event set schema = 2 where position = 12 | 12 | envelope",
                "update event set correlation = 'other' where position = 13 | 13 | envelope",
                "update event set stream_version = 9999 where position = 14 | 14 | envelope",
                "update event set position = 9999 where position = 15 | 15 | position",
                "update event set payload = concat(payload, 'x') where position = 16 | 16 | payload",
                "delete from event | 1 | position",
                "delete from event where position = 400 | 400 | position",
                "delete from event where position > 690 | 691 | position",
                "update merkle_subtree set hash = sha256('x') where subtree_index = 1 | 512 | merkle_subtree",
                "delete from merkle_subtree | 256 | merkle_subtree",
                "update checkpoint set note = replace(note, 'log.example', 'log.example2') | 700 | checkpoint",
            })
    void anAlterationIsFoundWhereItIs(String alteration, long position, String field) throws Exception {
        Verdict verdict = afterAltering(alteration);

        assertThat(verdict).isInstanceOfSatisfying(Damaged.class, damaged -> {
            assertThat(damaged.position()).isEqualTo(new Position(position));
            assertThat(damaged.field()).isEqualTo(field);
        });
    }

    @Test
    void anEventThatIsRewrittenWithAllItsHashesIsFoundByTheCheckpoint() throws Exception {
        Verdict verdict;
        try (PostgresDatabase database = PostgresDatabase.open(access);
                PostgresEventStore store = PostgresEventStore.open(database, Clock.systemUTC());
                LogProofs proofs = LogProofs.open(database, store, directory, "log.example")) {
            fill(store, proofs);
            RecordedEvent event = store.readAll(new Position(EVENTS - 1), 1).get(0);
            RecordedEvent forged = new RecordedEvent(
                    event.position(),
                    event.stream(),
                    event.version(),
                    event.type(),
                    event.schema(),
                    event.recordedAt(),
                    new org.cloister.events.Principal("mallory"),
                    event.correlation(),
                    event.payload());
            String leaf = org.cloister.events.Digest.ofHash(MerkleHash.leaf(forged.leafData()))
                    .hex();
            alter("update event set principal = 'mallory', leaf_hash = '\\x" + leaf + "' where position = " + EVENTS);
            alter("delete from checkpoint");
            verdict = new LogAudit(database, proofs).verify(progress -> {});
        }

        assertThat(verdict).isInstanceOfSatisfying(Damaged.class, damaged -> {
            assertThat(damaged.field()).isEqualTo("checkpoint");
            assertThat(damaged.explanation()).contains("rewritten");
        });
    }

    private Verdict afterAltering(String alteration) throws Exception {
        try (PostgresDatabase database = PostgresDatabase.open(access);
                PostgresEventStore store = PostgresEventStore.open(database, Clock.systemUTC());
                LogProofs proofs = LogProofs.open(database, store, directory, "log.example")) {
            fill(store, proofs);
            alter(alteration);
            return new LogAudit(database, proofs).verify(progress -> {});
        }
    }

    private static void fill(EventStore store, LogProofs proofs) throws Exception {
        EventStoreContract.result(store.append(Samples.append("package:a", 0, EVENTS)));
        proofs.signedCheckpoint();
    }

    /** As somebody who owns the database and means it. */
    private void alter(String sql) throws Exception {
        try (Connection owner = access.connect();
                Statement statement = owner.createStatement()) {
            for (String table : List.of("event", "merkle_subtree", "checkpoint")) {
                statement.execute("alter table " + table + " disable trigger user");
            }
            assertThat(statement.executeUpdate(sql)).isPositive();
        }
    }
}
