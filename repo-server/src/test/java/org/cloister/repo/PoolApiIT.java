package org.cloister.repo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.cloister.events.codec.EventCodec;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What the pool has and what goes from it, as a script asks for it over HTTP. */
@NullMarked
class PoolApiIT {
    private static List<JsonNode> lines(HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        List<JsonNode> lines = new ArrayList<>();
        for (String line : answer.body().split("\n")) {
            lines.add(EventCodec.json().readTree(line));
        }
        assertThat(lines.get(lines.size() - 1).path("done").asBoolean())
                .as(answer.body())
                .isTrue();
        return lines;
    }

    @Test
    void aYankedPackageIsExplainedCollectedAndAnsweredAsGone() throws Exception {
        Path state = RepoServices.directory("pool-api");
        try (RunningRepository repository = new RunningRepository(state, "none")) {
            repository.publish(TinyDeb.of("stays", "1.0-1", ""));
            JsonNode tiny = RunningRepository.json(repository.publish(TinyDeb.of("tiny", "1.0-1", "")));
            String artifact = tiny.path("artifact").asText();
            assertThat(repository
                            .post("/v1/pool/retention", "{\"days\":0,\"rollbacks\":1}")
                            .statusCode())
                    .isEqualTo(201);
            assertThat(repository
                            .post("/v1/packages/tiny/1.0-1/all/yank", "{\"reason\":\"broken\"}")
                            .statusCode())
                    .isEqualTo(200);

            String hold = "{\"hold\":\"case-7\",\"target\":{\"name\":\"tiny\"},\"reason\":\"asked for\"}";
            assertThat(repository.post("/v1/pool/holds", hold).statusCode()).isEqualTo(201);
            assertThat(repository.post("/v1/pool/holds", hold).statusCode()).isEqualTo(200);
            JsonNode rules = RunningRepository.json(repository.get("/v1/pool/retention"));
            assertThat(rules.at("/holds/0/hold").asText()).isEqualTo("case-7");
            assertThat(lines(repository.get("/v1/pool/decisions?grace=0&all=true")))
                    .anySatisfy(line -> {
                        assertThat(line.at("/decision/digest").asText()).isEqualTo(artifact);
                        assertThat(line.at("/decision/keep").asBoolean()).isTrue();
                        assertThat(line.at("/decision/reasons/0/rule").asText()).isEqualTo("hold");
                    });
            assertThat(repository
                            .post("/v1/pool/holds/case-7/release", "{\"reason\":\"closed\"}")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(repository
                            .post("/v1/pool/holds/case-7/release", "{\"reason\":\"closed\"}")
                            .statusCode())
                    .isEqualTo(404);

            assertThat(lines(repository.get("/v1/pool/decisions?grace=0"))).anySatisfy(line -> {
                assertThat(line.at("/decision/digest").asText()).isEqualTo(artifact);
                assertThat(line.at("/decision/reasons/0/rule").asText()).isEqualTo("yanked");
                assertThat(line.at("/decision/reasons/0/detail").asText())
                        .contains("tiny")
                        .contains("broken");
            });
            JsonNode stats = RunningRepository.json(repository.get("/v1/pool?grace=0"));
            assertThat(stats.at("/kinds/0/count").asInt()).isEqualTo(2);
            assertThat(stats.at("/kinds/0/reclaimable").asInt()).isEqualTo(1);

            List<JsonNode> day = lines(repository.post("/v1/pool/collections", "{}"));
            assertThat(day.get(day.size() - 1).at("/collection/collected").asInt())
                    .as("it came a moment ago")
                    .isZero();
            List<JsonNode> done = lines(repository.post("/v1/pool/collections", "{\"graceSeconds\":0}"));
            JsonNode collection = done.get(done.size() - 1).path("collection");
            assertThat(collection.path("collected").asInt()).isGreaterThanOrEqualTo(3);

            HttpResponse<String> gone = repository.get("/v1/artifacts/" + artifact);
            assertThat(gone.statusCode()).as(gone.body()).isEqualTo(410);
            JsonNode problem = RunningRepository.json(gone);
            assertThat(problem.path("type").asText()).isEqualTo("urn:cloister:problem:content-collected");
            assertThat(problem.path("detail").asText())
                    .contains("(event " + (collection.path("position").asLong() - 1) + ",");
            assertThat(problem.path("remedy").asText()).contains("publish");
            assertThat(repository.get("/v1/artifacts/sha256:" + "0".repeat(64)).statusCode())
                    .isEqualTo(404);
            assertThat(repository
                            .post("/v1/packages/tiny/1.0-1/all/restore", "{\"reason\":\"fine\"}")
                            .statusCode())
                    .isEqualTo(410);
            assertThat(repository.get("/v1/audit/history").body()).contains("collected 1 artifacts");
            damageIsFound(repository, state);
        }
    }

    private static void damageIsFound(RunningRepository repository, Path state) throws Exception {
        List<JsonNode> whole = lines(repository.post("/v1/pool/verify", ""));
        assertThat(whole.get(whole.size() - 1).path("damaged").asInt()).isZero();
        Path file;
        try (Stream<Path> found = Files.walk(state.resolve("pool/objects"))) {
            file = found.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
        Files.delete(file);
        Files.writeString(file, "something else");
        List<JsonNode> damaged = lines(repository.post("/v1/pool/verify", ""));
        assertThat(damaged.get(damaged.size() - 1).path("damaged").asInt()).isEqualTo(1);
        assertThat(damaged)
                .anySatisfy(line -> assertThat(line.at("/damage/place").asText())
                        .isEqualTo(state.resolve("pool").relativize(file).toString()));
    }
}
