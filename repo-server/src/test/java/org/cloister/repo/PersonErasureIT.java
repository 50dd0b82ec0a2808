package org.cloister.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.cloister.events.RecordedEvent;
import org.cloister.events.codec.EventLine;
import org.cloister.events.log.Checkpoint;
import org.cloister.events.log.MerkleHash;
import org.cloister.events.log.MerkleProof;
import org.cloister.events.log.NoteKey;
import org.cloister.repo.command.Keys;
import org.cloister.repo.postgres.DatabaseAccess;
import org.junit.jupiter.api.Test;

/** Somebody publishes, installs and is erased; the log, and what was proved from it, stay as they were. */
final class PersonErasureIT {
    private static final String NAME = "Alice Example";
    private static final String BY_NAME = "{\"name\":\"" + NAME + "\"}";

    private final DatabaseAccess database = RepoServices.access();

    @Test
    void whoIsErasedIsInNoRowAndEveryProofStands() throws Exception {
        Path state = RepoServices.directory("erasure");
        String person;
        List<List<String>> key;
        try (RunningRepository repository = new RunningRepository(state, Optional.of(database), "none")) {
            JsonNode issued = json(
                    repository.post(
                            "/v1/tokens", "{\"person\":\"" + NAME + "\",\"roles\":[\"publisher\",\"operator\"]}"),
                    201);
            String principal = issued.path("principal").asText();
            person = principal.substring("person/".length());
            String token = issued.path("token").asText();
            json(as(token, repository, "/v1/packages", TinyDeb.of("tiny", "1.0", "")), 201);
            install(repository, token);
            key = rows("select * from person_key");
            assertThat(key).hasSize(1);
            assertThat(named()).as("before she is erased").isEmpty();
            assertThat(history(repository, principal)).hasSize(2);
            assertThat(lookUp(repository, BY_NAME)).isEqualTo(principal + " " + NAME);
            String reader = json(repository.post("/v1/tokens", "{\"principal\":\"bob\",\"roles\":[\"reader\"]}"), 201)
                    .path("token")
                    .asText();
            String both = "{\"name\":\"" + NAME + "\",\"people\":[\"" + person + "\"]}";
            assertThat(json(as(reader, repository, "/v1/people/lookups", both), 200)
                            .at("/people/0/name")
                            .isNull())
                    .as("a reader is told no name")
                    .isTrue();
            List<List<String>> log = rows("select * from event order by position");
            Evidence evidence = evidence(repository, log.size());

            String erasure = "{\"name\":\"" + NAME + "\",\"reason\":\"has left\"}";
            JsonNode erased = json(repository.post("/v1/people/erasures", erasure), 200);

            assertThat(erased.path("principal").asText()).isEqualTo(principal);
            assertThat(rows("select * from person_key")).isEmpty();
            assertThat(named()).isEmpty();
            assertThat(rows("select * from event order by position").subList(0, log.size()))
                    .isEqualTo(log);
            assertProved(repository, reader, evidence);
            assertThat(verified(repository)).contains("\"done\":true").doesNotContain("damaged\":{");
            assertThat(history(repository, principal)).as("by pseudonym").hasSize(2);
            assertThat(as(token, repository, "/v1/packages", TinyDeb.of("tiny", "2.0", ""))
                            .statusCode())
                    .isEqualTo(401);
            assertThat(lookUp(repository, BY_NAME)).isEmpty();
            assertThat(repository.get("/v1/people").body()).contains("has left").doesNotContain("Alice");
            assertThat(repository.post("/v1/people/erasures", erasure).statusCode())
                    .isEqualTo(404);
            String again = "{\"person\":\"" + person + "\",\"reason\":\"has left\"}";
            assertThat(repository.post("/v1/people/erasures", again).statusCode())
                    .isEqualTo(200);
            json(repository.post("/v1/tokens", "{\"principal\":\"alice\",\"roles\":[\"reader\"]}"), 201);
            assertThat(named()).as("who is named plainly is in the log").isNotEmpty();
        }
        restoreKey(key.get(0));
        try (RunningRepository repository = new RunningRepository(state, Optional.of(database), "none")) {
            assertThat(lookUp(repository, "{\"people\":[\"" + person + "\"]}")).isEqualTo("person/" + person + " null");
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(rows("select * from person_key"))
                            .as("a table of keys that was restored loses them again")
                            .isEmpty());
        }
        try (var files = Files.walk(state)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".log")).toList()) {
                assertThat(Files.readString(file)).doesNotContain("Alice");
            }
        }
    }

    /** What an auditor took home: a signed checkpoint, and the way from each event to it. */
    private record Evidence(String note, List<List<byte[]>> paths) {}

    private static Evidence evidence(RunningRepository repository, long size) throws Exception {
        String note = repository.get("/log/checkpoint").body();
        assertThat(note.lines().toList().get(1)).isEqualTo(Long.toString(size));
        List<List<byte[]>> paths = new ArrayList<>();
        for (long position = 1; position <= size; position++) {
            List<byte[]> path = new ArrayList<>();
            json(repository.get("/log/proof/inclusion?position=" + position + "&size=" + size), 200)
                    .path("hashes")
                    .forEach(hash -> path.add(Base64.getDecoder().decode(hash.asText())));
            paths.add(path);
        }
        return new Evidence(note, paths);
    }

    /** Each event as a reader gets it now, who gets some of them without payload, stands in the log as it was signed then. */
    private static void assertProved(RunningRepository repository, String reader, Evidence evidence) throws Exception {
        NoteKey key = NoteKey.parse(repository.get("/log/key").body().strip());
        Checkpoint checkpoint = Checkpoint.parse(key.open(evidence.note()));
        List<String> lines = repository
                .send(
                        repository
                                .request("/v1/events?limit=" + checkpoint.size())
                                .setHeader("Authorization", "Bearer " + reader)
                                .GET(),
                        BodyHandlers.ofString())
                .body()
                .lines()
                .toList();
        assertThat(lines).hasSize(evidence.paths().size());
        for (int i = 0; i < lines.size(); i++) {
            RecordedEvent event = EventLine.parse(lines.get(i).getBytes(StandardCharsets.UTF_8));
            byte[] leaf = MerkleHash.leaf(event.leafData());
            assertThat(MerkleProof.includes(
                            i, checkpoint.size(), leaf, evidence.paths().get(i), checkpoint.root()))
                    .as(lines.get(i))
                    .isTrue();
        }
    }

    private static String verified(RunningRepository repository) throws Exception {
        return repository
                .send(repository.request("/v1/audit/verify").POST(BodyPublishers.noBody()), BodyHandlers.ofString())
                .body();
    }

    /** The rows of all tables that tell the name. */
    private List<String> named() throws Exception {
        List<String> found = new ArrayList<>();
        for (List<String> table :
                rows("select table_name from information_schema.tables where table_schema = 'public'")) {
            rows("select t::text from " + table.get(0)
                            + " as t where t::text ilike '%alice%' or t::text ilike '%416c696365%'")
                    .forEach(row -> found.add(table + ": " + row));
        }
        return found;
    }

    private List<List<String>> rows(String query) throws Exception {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<List<String>> all = new ArrayList<>();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(rows.getString(i));
                }
                all.add(row);
            }
            return all;
        }
    }

    private void restoreKey(List<String> row) throws Exception {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("insert into person_key values ('" + row.get(0) + "', '" + row.get(1) + "', '"
                    + row.get(2) + "', '" + row.get(3) + "')");
        }
    }

    private static List<JsonNode> history(RunningRepository repository, String principal) throws Exception {
        List<JsonNode> entries = new ArrayList<>();
        json(repository.get("/v1/audit/history?principal=" + principal.replace("/", "%2F")), 200)
                .path("entries")
                .forEach(entries::add);
        return entries;
    }

    private static String lookUp(RunningRepository repository, String wanted) throws Exception {
        JsonNode found =
                json(repository.post("/v1/people/lookups", wanted), 200).path("people");
        return found.isEmpty()
                ? ""
                : found.at("/0/principal").asText() + " " + found.at("/0/name").asText();
    }

    private static HttpResponse<String> as(String token, RunningRepository repository, String path, byte[] deb)
            throws Exception {
        return repository.send(
                repository
                        .request(path)
                        .setHeader("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/vnd.debian.binary-package")
                        .POST(BodyPublishers.ofByteArray(deb)),
                BodyHandlers.ofString());
    }

    private static HttpResponse<String> as(String token, RunningRepository repository, String path, String body)
            throws Exception {
        return repository.send(
                repository
                        .request(path)
                        .setHeader("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)),
                BodyHandlers.ofString());
    }

    private static void install(RunningRepository repository, String token) throws Exception {
        KeyPair key = Keys.generate();
        String publicKey = Keys.publicKey(key);
        String signature =
                Keys.sign(key, ("cloister-enrolment 1\ndesk\n" + publicKey + "\n").getBytes(StandardCharsets.UTF_8));
        String host = json(
                        repository.post(
                                "/v1/hosts",
                                "{\"name\":\"desk\",\"publicKey\":\"" + publicKey + "\",\"signature\":\"" + signature
                                        + "\"}"),
                        201)
                .path("host")
                .asText();
        json(as(token, repository, "/v1/hosts/" + host + "/installs", "{\"packages\":[{\"name\":\"tiny\"}]}"), 202);
    }

    private static JsonNode json(HttpResponse<String> answer, int status) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return RunningRepository.json(answer);
    }
}
