package org.cloister.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.cloister.events.RecordedEvent;
import org.cloister.events.codec.EventCodec;
import org.cloister.repo.kafka.TopicReader;
import org.cloister.repo.log.LogProofs;
import org.cloister.repo.log.PostgresEventStore;
import org.cloister.repo.postgres.EmbeddedPostgres;
import org.cloister.repo.postgres.PostgresDatabase;
import org.junit.jupiter.api.Test;

/** Real processes, killed at moments that nobody chose, under load. */
final class CrashIT {
    private static final int KILLS_OF_EACH = Integer.getInteger("cloister.crash.rounds", 3);
    /** What has to be acknowledged before the next kill: the one before is overcome then. */
    private static final int PROGRESS = 30;

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** What is killed. */
    private enum Victim {
        SERVER,
        POSTGRES,
        KAFKA
    }

    private final long seed = Long.getLong("cloister.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void noAcknowledgedEventIsLostAndNoneIsOutOfOrder() throws Exception {
        Path state = Files.createDirectories(RepoServices.directory("crash").resolve("state"));
        Set<String> acknowledged;
        Map<String, List<Long>> relayed;
        try (ServerProcess server = new ServerProcess(state)) {
            await().atMost(PATIENCE).until(server::isReady);
            String token = operator(server);
            try (EnrolmentLoad load = new EnrolmentLoad(server, token)) {
                for (Victim victim : victims()) {
                    load.awaitProgress(PROGRESS, random, PATIENCE);
                    kill(server, victim);
                }
                load.awaitProgress(PROGRESS, random, PATIENCE);
                load.close();
                assertThat(load.refusals()).as("seed %d", seed).isEmpty();
                acknowledged = new HashSet<>(load.acknowledged());
            }
            relayed = TopicReader.firstOccurrences(TopicReader.read(awaitRelayed(server)));
        }
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(state.resolve("postgres"));
                PostgresDatabase database = PostgresDatabase.open(postgres.access());
                PostgresEventStore store = PostgresEventStore.open(database, Clock.systemUTC());
                LogProofs proofs = LogProofs.open(database, store, state.resolve("log"), "crash.example")) {
            List<RecordedEvent> log = LogEvidence.assertWhole(database, store, proofs, acknowledged, relayed, seed);
            System.out.printf(
                    "CrashIT: seed %d, %d kills, %d acknowledged commands, %d events%n",
                    seed, 3 * KILLS_OF_EACH, acknowledged.size(), log.size());
        }
    }

    private List<Victim> victims() {
        List<Victim> victims = new ArrayList<>();
        for (int i = 0; i < KILLS_OF_EACH; i++) {
            Collections.addAll(victims, Victim.values());
        }
        Collections.shuffle(victims, random);
        return victims;
    }

    private void kill(ServerProcess server, Victim victim) throws Exception {
        switch (victim) {
            case SERVER -> server.killServer();
            case POSTGRES -> await().atMost(PATIENCE).until(server::killPostgres);
            case KAFKA -> await().atMost(PATIENCE).until(server::killKafka);
        }
    }

    private static String operator(ServerProcess server) throws Exception {
        HttpRequest request = server.request("/v1/tokens")
                .header("Authorization", "Bearer " + server.adminToken())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"principal\":\"crash\",\"roles\":[\"operator\",\"reader\"]}"))
                .build();
        return EventCodec.json()
                .readTree(server.send(request).body())
                .get("token")
                .asText();
    }

    /** The broker's address, once everything is in it. */
    private static String awaitRelayed(ServerProcess server) {
        return await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(
                        () -> {
                            JsonNode status = EventCodec.json()
                                    .readTree(server.send(server.request("/v1/status")
                                                    .header("Authorization", "Bearer " + server.adminToken())
                                                    .build())
                                            .body());
                            return status.at("/head").asLong()
                                            == status.at("/relay").asLong()
                                    ? status.at("/kafka").asText("")
                                    : "";
                        },
                        servers -> !servers.isEmpty());
    }
}
