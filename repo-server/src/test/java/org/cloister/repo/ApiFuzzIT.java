package org.cloister.repo;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.cloister.repo.http.ApiDocument;
import org.cloister.repo.http.ApiOperation;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every operation of {@code openapi.yaml} gets random requests made from its own schemas, as an administrator, on the real server:
 * whatever comes, the answer is a success or a problem document, and never the server's fault.
 */
@NullMarked
class ApiFuzzIT {
    private static final int ROUNDS = 12;
    private static final ApiDocument DOCUMENT = ApiDocument.load();
    private static RunningRepository repository;

    @BeforeAll
    static void start() throws Exception {
        repository = new RunningRepository(RepoServices.directory("fuzzed"), "none");
        repository.publish(TinyDeb.of("tiny", "1.0-1", ""));
    }

    @AfterAll
    static void stop() {
        repository.close();
    }

    @Test
    void noRequestIsTheServersFault() throws Exception {
        long seed = Long.getLong("cloister.seed", System.nanoTime());
        System.out.println("ApiFuzzIT: seed " + seed + " (repeat with -Dcloister.seed)");
        SchemaValues values = new SchemaValues(DOCUMENT.document(), new Random(seed));
        Map<Integer, Integer> answers = new TreeMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            for (ApiOperation operation : DOCUMENT.operations().values()) {
                HttpResponse<String> answer = send(operation, values);
                answers.merge(answer.statusCode(), 1, Integer::sum);
                String what = "seed " + seed + ": " + answer.request().method() + " " + answer.uri() + " → "
                        + answer.statusCode() + " " + answer.body();
                assertThat(answer.statusCode()).as(what).isNotEqualTo(500);
                if (answer.statusCode() >= 400 && !operation.method().equals("head")) {
                    assertThat(answer.headers().firstValue("content-type"))
                            .as(what)
                            .contains("application/problem+json");
                    assertThat(new JsonObject(answer.body()).getString("remedy"))
                            .as(what)
                            .isNotEmpty();
                }
            }
        }
        System.out.println("ApiFuzzIT: answers by status " + answers);
        assertThat(answers.keySet()).contains(200, 400, 404);
    }

    private static HttpResponse<String> send(ApiOperation operation, SchemaValues values) throws Exception {
        JsonObject item = DOCUMENT.document().getJsonObject("paths").getJsonObject(operation.path());
        JsonObject described = item.getJsonObject(operation.method());
        String path = operation.path();
        List<String> query = new ArrayList<>();
        JsonArray parameters = new JsonArray()
                .addAll(item.getJsonArray("parameters", new JsonArray()))
                .addAll(described.getJsonArray("parameters", new JsonArray()));
        for (int i = 0; i < parameters.size(); i++) {
            JsonObject parameter = resolved(parameters.getJsonObject(i));
            Object value = values.of(parameter.getJsonObject("schema"));
            String text = URLEncoder.encode(String.valueOf(value), StandardCharsets.UTF_8)
                    .replace("+", "%20");
            switch (parameter.getString("in")) {
                case "path" -> path = path.replace("{" + parameter.getString("name") + "}", text);
                case "query" -> query.add(parameter.getString("name") + "=" + text);
                default -> {} // headers are made by the server where they are missing
            }
        }
        query.removeIf(part -> part.startsWith("wait="));
        HttpRequest.Builder request = repository.request(path + (query.isEmpty() ? "" : "?" + String.join("&", query)));
        JsonObject body = described.getJsonObject("requestBody");
        String method = operation.method().toUpperCase(Locale.ROOT);
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else if (operation.streamed()) {
            request.header("Content-Type", "application/octet-stream").method(method, BodyPublishers.ofString("junk"));
        } else {
            JsonObject schema = resolved(body)
                    .getJsonObject("content")
                    .getJsonObject("application/json")
                    .getJsonObject("schema");
            Object value = values.of(schema);
            request.header("Content-Type", "application/json")
                    .method(method, BodyPublishers.ofString(io.vertx.core.json.Json.encode(value)));
        }
        return repository.send(request, BodyHandlers.ofString());
    }

    private static JsonObject resolved(JsonObject described) {
        String reference = described.getString("$ref");
        if (reference == null) {
            return described;
        }
        JsonObject node = DOCUMENT.document();
        for (String step : reference.substring(2).split("/")) {
            node = node.getJsonObject(step);
        }
        return node;
    }
}
