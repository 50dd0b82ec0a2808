package org.cloister.repo.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.cloister.events.RecordedEvent;
import org.cloister.events.log.Checkpoint;
import org.cloister.events.log.MerkleHash;
import org.cloister.events.log.MerkleProof;
import org.cloister.events.log.NoteKey;
import org.cloister.repo.RepoServices;
import org.cloister.repo.postgres.PostgresDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogProofsIT {
    private static final int EVENTS = 1_000;

    @TempDir
    private Path directory = Path.of("");

    private PostgresDatabase database = RepoServices.database();
    private PostgresEventStore store;
    private LogProofs proofs;

    LogProofsIT() throws Exception {
        store = PostgresEventStore.open(database, Clock.systemUTC());
    }

    @BeforeEach
    void open() throws Exception {
        proofs = LogProofs.open(database, store, directory, "log.example");
        EventStoreContract.result(store.append(Samples.append("package:a", 0, EVENTS)));
    }

    @AfterEach
    void close() {
        proofs.close();
        store.close();
        database.close();
    }

    @Test
    void theSignedCheckpointCoversEveryEvent() {
        Checkpoint checkpoint = Checkpoint.parse(proofs.key().open(proofs.signedCheckpoint()));

        assertThat(checkpoint.origin()).isEqualTo("log.example");
        assertThat(checkpoint.size()).isEqualTo(EVENTS);
        for (RecordedEvent event : store.readAll(EventStoreContract.at(0), EVENTS)) {
            byte[] leaf = MerkleHash.leaf(event.leafData());
            assertThat(MerkleProof.includes(
                            event.position().value() - 1,
                            EVENTS,
                            leaf,
                            proofs.inclusion(event.position(), EVENTS),
                            checkpoint.root()))
                    .isTrue();
        }
    }

    @Test
    void alaterCheckpointIsConsistentWithAnEarlierOne() throws Exception {
        Checkpoint first = Checkpoint.parse(proofs.key().open(proofs.signedCheckpoint()));
        EventStoreContract.result(store.append(Samples.append("package:b", 0, 333)));
        Checkpoint second = Checkpoint.parse(proofs.key().open(proofs.signedCheckpoint()));

        List<byte[]> path = proofs.consistency(first.size(), second.size());
        assertThat(MerkleProof.isPrefix(first.size(), first.root(), second.size(), second.root(), path))
                .isTrue();
    }

    @Test
    void tilesAreThoseOfTheirWidth() {
        assertThat(proofs.tile(0, 0, 256).orElseThrow()).hasSize(8192);
        assertThat(proofs.tile(0, 3, 232).orElseThrow()).hasSize(232 * 32);
        assertThat(proofs.tile(1, 0, 3).orElseThrow()).hasSize(96);
        assertThat(proofs.tile(0, 3, 233)).isEmpty();
        assertThat(proofs.tile(1, 0, 4)).isEmpty();
        assertThat(proofs.tile(2, 0, 1)).isEmpty();
        assertThat(proofs.tile(0, Long.MAX_VALUE, 1)).isEmpty();
        assertThat(proofs.tile(0, -1, 1)).isEmpty();
        assertThat(proofs.entries(3, 232).orElseThrow()).startsWith(0);
        assertThat(proofs.entries(3, 256)).isEmpty();
    }

    @Test
    void theKeyIsKeptAndItsOwnersAlone() throws Exception {
        NoteKey key = proofs.key();
        try (LogProofs again = LogProofs.open(database, store, directory, "other.example")) {
            assertThat(again.key()).isEqualTo(key);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("log-key"))))
                .isEqualTo("rw-------");
    }

    @Test
    void newEventsAreSignedWithoutBeingAsked() {
        await().atMost(10, TimeUnit.SECONDS)
                .until(() -> Files.exists(directory.resolve("checkpoint"))
                        && Files.readString(directory.resolve("checkpoint")).contains("\n" + EVENTS + "\n"));
    }

    @Test
    void aLogWithAnotherPastIsNotSigned() throws Exception {
        proofs.signedCheckpoint();
        try (PostgresDatabase otherDatabase = RepoServices.database();
                PostgresEventStore other = PostgresEventStore.open(otherDatabase, Clock.systemUTC())) {
            assertThatThrownBy(() -> checkpointOf(otherDatabase, other))
                    .isInstanceOf(LogDamagedException.class)
                    .hasMessageContaining("0 events, but 1000 were signed");
            EventStoreContract.result(other.append(Samples.append("package:a", 0, EVENTS + 1)));
            assertThatThrownBy(() -> checkpointOf(otherDatabase, other))
                    .isInstanceOf(LogDamagedException.class)
                    .hasMessageContaining("are not those that were signed");
        }
    }

    private void checkpointOf(PostgresDatabase otherDatabase, EventStore other) throws Exception {
        try (LogProofs opened = LogProofs.open(otherDatabase, other, directory, "log.example")) {
            opened.signedCheckpoint();
        }
    }
}
