package org.cloister.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.cloister.events.RecordedEvent;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.log.Checkpoint;
import org.cloister.events.log.MerkleProof;
import org.cloister.repo.kafka.TopicReader;
import org.cloister.repo.log.LogProofs;
import org.cloister.repo.log.PostgresEventStore;
import org.cloister.repo.postgres.DatabaseAccess;
import org.cloister.repo.postgres.PostgresDatabase;
import org.junit.jupiter.api.Test;

/** Three real processes on one PostgreSQL, one Kafka and one state directory, killed and stopped under load. */
final class FailoverIT {
    private static final int KILLS = Integer.getInteger("cloister.failover.kills", 5);
    private static final int STOPS = Integer.getInteger("cloister.failover.stops", 2);
    private static final int PROCESSES = 3;
    /** What has to be acknowledged before the next one is killed. */
    private static final int PROGRESS = 60;

    private static final int READS = 50;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    /** What is wanted is 5 s, and printed; a busy machine decides no test. */
    private static final Duration FAILOVER_PATIENCE = Duration.ofSeconds(60);

    private static final String RELAY_HOLDER = """
            select substring(application_name from '[0-9]+$')
            from pg_stat_activity join pg_locks using (pid)
            where datname = current_database() and locktype = 'advisory' and granted
              and application_name like 'cloister relay%'
            """;

    private final long seed = Long.getLong("cloister.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<String> figures = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    @Test
    void processesThatDieOrStopAreOvercomeAndNothingIsLost() throws Exception {
        Path state = Files.createDirectories(RepoServices.directory("failover").resolve("state"));
        DatabaseAccess access = RepoServices.access();
        String kafka = RepoServices.kafka().bootstrapServers();
        Set<String> acknowledged;
        Map<String, List<Long>> relayed;
        List<ServerProcess> servers = new ArrayList<>();
        try (PostgresDatabase database = PostgresDatabase.open(access)) {
            try {
                for (int i = 0; i < PROCESSES; i++) {
                    servers.add(process(state, access, kafka));
                }
                servers.forEach(server -> await().atMost(PATIENCE).until(server::isReady));
                String token = expectTokensAndHostsAreSeenEverywhere(servers);
                try (EnrolmentLoad load = new EnrolmentLoad(servers, token)) {
                    for (int i = 0; i < KILLS; i++) {
                        load.awaitProgress(PROGRESS, random, PATIENCE);
                        kill(servers, i, load, database);
                    }
                    for (int i = 0; i < STOPS; i++) {
                        load.awaitProgress(PROGRESS, random, PATIENCE);
                        stop(servers, load, database);
                    }
                    load.awaitProgress(PROGRESS, random, PATIENCE);
                    load.close();
                    assertThat(load.refusals()).as("seed %d", seed).isEmpty();
                    acknowledged = new HashSet<>(load.acknowledged());
                    long head = head(database);
                    await().atMost(PATIENCE).until(() -> cursor(database) >= head);
                }
                notes.add(note(servers.get(0)));
            } finally {
                for (ServerProcess server : servers) {
                    server.close();
                }
            }
            relayed = TopicReader.firstOccurrences(TopicReader.read(kafka));
            assertWhole(database, state, acknowledged, relayed);
        }
        figures.forEach(System.out::println);
    }

    private static ServerProcess process(Path state, DatabaseAccess access, String kafka) throws IOException {
        return new ServerProcess(
                state,
                List.of("--postgres", access.url(), "--kafka", kafka, "--name", "failover.example"),
                Map.of(
                        "CLOISTER_REPO_POSTGRES_USER", access.user(),
                        "CLOISTER_REPO_POSTGRES_PASSWORD", access.password()));
    }

    /** What one process acknowledged, every other one shows at once. @return a token for the load */
    private String expectTokensAndHostsAreSeenEverywhere(List<ServerProcess> servers) throws Exception {
        String admin = servers.get(0).adminToken();
        String token = "";
        for (int i = 0; i < READS; i++) {
            ServerProcess writes = servers.get(i % PROCESSES);
            ServerProcess reads = servers.get((i + 1 + i / PROCESSES % 2) % PROCESSES);
            token = json(post(
                            writes,
                            "/v1/tokens",
                            admin,
                            "{\"principal\":\"load\",\"roles\":[\"operator\",\"reader\"]}"))
                    .path("token")
                    .asText();
            HttpResponse<String> enrolled = post(reads, "/v1/hosts", token, EnrolmentLoad.body("seen-" + i));
            assertThat(enrolled.statusCode()).as(enrolled.body()).isEqualTo(201);
            String host = json(enrolled).path("host").asText();
            HttpResponse<String> seen = get(writes, "/v1/hosts/" + host, token);
            assertThat(seen.statusCode()).as("host %d: %s", i, seen.body()).isEqualTo(200);
        }
        return token;
    }

    private void kill(List<ServerProcess> servers, int round, EnrolmentLoad load, PostgresDatabase database)
            throws Exception {
        ServerProcess victim = round % 2 == 0 ? relaying(servers, database) : servers.get(random.nextInt(PROCESSES));
        boolean relaying = victim == relaying(servers, database);
        long killed = System.nanoTime();
        victim.kill();
        overcome(relaying ? "kill -9 of the relaying process" : "kill -9 of another process", killed, load, database);
        victim.startAgain();
        await().atMost(PATIENCE).until(victim::isReady);
        notes.add(note(victim));
    }

    /** SIGSTOP of the relaying process, until another one relays; then it wakes, and goes on among the others. */
    private void stop(List<ServerProcess> servers, EnrolmentLoad load, PostgresDatabase database) throws Exception {
        ServerProcess victim = relaying(servers, database);
        long stopped = System.nanoTime();
        victim.signal("STOP");
        try {
            overcome("SIGSTOP of the relaying process", stopped, load, database);
            assertThat(relaying(servers, database)).isNotSameAs(victim);
            notes.add(note(servers.get((servers.indexOf(victim) + 1) % PROCESSES)));
        } finally {
            victim.signal("CONT");
        }
        await().atMost(PATIENCE).until(victim::isReady);
        notes.add(note(victim));
    }

    /** What lies beyond the end that the log has now, another process carried. */
    private void overcome(String what, long since, EnrolmentLoad load, PostgresDatabase database) {
        long head = head(database);
        OptionalLong acknowledged = await().atMost(FAILOVER_PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> begunAfter(load, since), OptionalLong::isPresent);
        await().atMost(FAILOVER_PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> cursor(database) > head && relayHolder(database) != 0);
        long relayed = System.nanoTime();
        figures.add(
                "FailoverIT: %s: a command that was begun later was acknowledged after %d ms, Kafka had later events after %d ms"
                        .formatted(
                                what, (acknowledged.getAsLong() - since) / 1_000_000, (relayed - since) / 1_000_000));
    }

    private static OptionalLong begunAfter(EnrolmentLoad load, long since) {
        return load.times().stream()
                .filter(time -> time.begun() - since > 0)
                .mapToLong(EnrolmentLoad.Acknowledgement::ended)
                .min();
    }

    private ServerProcess relaying(List<ServerProcess> servers, PostgresDatabase database) {
        long pid = await().atMost(PATIENCE)
                .until(
                        () -> relayHolder(database),
                        holder -> servers.stream().anyMatch(server -> server.pid() == holder));
        return servers.stream()
                .filter(server -> server.pid() == pid)
                .findFirst()
                .orElseThrow();
    }

    private static long relayHolder(PostgresDatabase database) {
        String pid = database.dsl().fetch(RELAY_HOLDER).stream()
                .map(row -> row.get(0, String.class))
                .findFirst()
                .orElse("0");
        return Long.parseLong(pid);
    }

    private static long head(PostgresDatabase database) {
        return number(database, "select coalesce(max(position), 0) from event");
    }

    private static long cursor(PostgresDatabase database) {
        return number(database, "select position from relay_cursor");
    }

    private static long number(PostgresDatabase database, String query) {
        return database.dsl().fetchSingle(query).get(0, Long.class);
    }

    private void assertWhole(
            PostgresDatabase database, Path state, Set<String> acknowledged, Map<String, List<Long>> relayed)
            throws Exception {
        try (PostgresEventStore store = PostgresEventStore.open(database, Clock.systemUTC());
                LogProofs proofs = LogProofs.open(database, store, state.resolve("log"), "failover.example")) {
            List<RecordedEvent> log = LogEvidence.assertWhole(database, store, proofs, acknowledged, relayed, seed);
            assertConsistent(proofs, log.size());
            figures.add("FailoverIT: seed %d, %d kills, %d stops, %d acknowledged commands, %d events, %d checkpoints"
                    .formatted(seed, KILLS, STOPS, acknowledged.size(), log.size(), notes.size()));
        }
    }

    /** Each checkpoint that some process signed is of the past of the one after it, and of the log as it is. */
    private void assertConsistent(LogProofs proofs, long size) {
        Checkpoint before = new Checkpoint("failover.example", 0, proofs.root(0));
        for (String note : notes) {
            Checkpoint signed = Checkpoint.parse(proofs.key().open(note));
            assertThat(signed.size()).isGreaterThanOrEqualTo(before.size());
            assertThat(isPrefix(proofs, before, signed)).isTrue();
            before = signed;
        }
        assertThat(isPrefix(proofs, before, new Checkpoint("failover.example", size, proofs.root(size))))
                .isTrue();
    }

    private static boolean isPrefix(LogProofs proofs, Checkpoint from, Checkpoint to) {
        List<byte[]> path = proofs.consistency(from.size(), to.size());
        return MerkleProof.isPrefix(from.size(), from.root(), to.size(), to.root(), path);
    }

    private static String note(ServerProcess server) throws Exception {
        return get(server, "/log/checkpoint", server.adminToken()).body();
    }

    private static HttpResponse<String> get(ServerProcess server, String path, String token) throws Exception {
        return server.send(
                server.request(path).header("Authorization", "Bearer " + token).build());
    }

    private static HttpResponse<String> post(ServerProcess server, String path, String token, String body)
            throws Exception {
        HttpRequest request = server.request(path)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        return server.send(request);
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return EventCodec.json().readTree(answer.body());
    }
}
