package org.cloister.repo.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import org.cloister.events.Role;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What isn't of the described form is refused with a problem document before any endpoint sees it. */
class ValidationTest {
    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        Map<String, Endpoint> endpoints = new LinkedHashMap<>();
        for (String operation : ApiDocument.load().operations().keySet()) {
            endpoints.put(operation, exchange -> exchange.json(200, Map.of("operation", operation)));
        }
        endpoints.put("getPackage", exchange -> exchange.json(200, Map.of("name", exchange.path("name"))));
        endpoints.put(
                "yankPackage",
                exchange -> exchange.json(200, Map.of("path", exchange.path("name") + " " + exchange.path("version"))));
        endpoints.put("listPackages", exchange -> exchange.json(200, Map.of("q", String.valueOf(exchange.query("q")))));
        endpoints.put("getStatus", exchange -> {
            throw new IllegalStateException("a defect");
        });
        server = TestServer.all(endpoints);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/events?after=-1",
                "/v1/events?after=1.5",
                "/v1/events?wait=61",
                "/v1/events?limit=0",
                "/v1/events?unknown=1",
                "/v1/events?after=1&after=2",
                "/v1/events?stream=nothing:x",
                "/v1/packages?limit=1001",
                "/v1/packages/UPPER",
                "/v1/objects/sha256:short",
                "/v1/hosts/h-1",
                "/v1/audit/hosts/h-0011223344556677?at=yesterday",
                "/log/proof/inclusion",
                "/log/proof/inclusion?position=0&size=1"
            })
    void malformedPathsAndQueriesAreProblems(String path) throws Exception {
        expectMalformed(server.send(server.request(path, Role.ADMINISTRATOR).GET()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "\"x\"",
                "{}",
                "{\"packages\":[]}",
                "{\"packages\":[{}]}",
                "{\"packages\":[{\"name\":\"A\"}]}",
                "{\"packages\":[{\"name\":\"a\",\"version\":\"\"}]}",
                "{\"packages\":[{\"name\":\"a\"}],\"more\":1}",
                "{\"packages\":[{\"name\":\"a\",\"more\":1}]}",
                "{\"packages\":[{\"name\":\"a\"}],\"upgrade\":\"yes\"}",
                "{\"packages\":{\"name\":\"a\"}}"
            })
    void malformedBodiesAreProblems(String body) throws Exception {
        expectMalformed(post("/v1/hosts/h-0011223344556677/installs", body));
    }

    @Test
    void aWellFormedBodyReachesItsEndpoint() throws Exception {
        HttpResponse<String> answer = post(
                "/v1/hosts/h-0011223344556677/installs",
                "{\"packages\":[{\"name\":\"a\",\"version\":\"1:2~3\",\"alias\":\"b\"}],\"upgrade\":true}");
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Debian-exim", "_apt", "www-data", "systemd-network", "debian.tor"})
    void namesThatAdduserTakesForSystemUsersAreTaken(String name) throws Exception {
        HttpResponse<String> answer = post("/v1/users", "{\"names\":[{\"name\":\"" + name + "\",\"kind\":\"user\"}]}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    @Test
    void anotherMediaTypeIsAProblem() throws Exception {
        expectMalformed(server.send(server.request("/v1/tokens", Role.ADMINISTRATOR)
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("{}"))));
    }

    @Test
    void aLongerBodyThanAllowedIsRefused() throws Exception {
        HttpResponse<String> answer = post("/v1/tokens", "x".repeat(ApiDocument.DEFAULT_BODY_LIMIT + 1));
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(type(answer)).isEqualTo("urn:cloister:problem:too-large");
        HttpResponse<String> unannounced = server.send(server.request("/v1/tokens", Role.ADMINISTRATOR)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.fromPublisher(
                        BodyPublishers.ofByteArray(new byte[ApiDocument.DEFAULT_BODY_LIMIT + 1]))));
        assertThat(unannounced.statusCode()).isEqualTo(413);
    }

    @Test
    void namesComeThroughAsTheyWereSent() throws Exception {
        assertThat(get("/v1/packages/g++")).contains("\"g++\"");
        assertThat(get("/v1/packages/g%2b%2B")).contains("\"g++\"");
        assertThat(get("/v1/packages?q=g%2B%2B%20x+y%25")).contains("\"g++ x y%\"");
        for (String version : new String[] {"1:2.0~rc1+b2-3", "1%3A2.0~rc1%2Bb2-3"}) {
            HttpResponse<String> answer = post("/v1/packages/g++/" + version + "/amd64/yank", "{\"reason\":\"x\"}");
            assertThat(answer.body()).contains("\"g++ 1:2.0~rc1+b2-3\"");
        }
    }

    @Test
    void unknownPathsAndMethodsAreProblems() throws Exception {
        for (HttpRequest.Builder request : new HttpRequest.Builder[] {
            server.request("/nothing").GET(),
            server.request("/v1/packages", Role.READER).DELETE(),
            server.request("/v1/packages/a/b", Role.READER).GET()
        }) {
            HttpResponse<String> answer = server.send(request);
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(type(answer)).isEqualTo("urn:cloister:problem:not-found");
        }
    }

    @Test
    void aDefectIsToldWithoutItsInsides() throws Exception {
        HttpResponse<String> answer =
                server.send(server.request("/v1/status", Role.READER).GET());
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).contains("incident").doesNotContain("a defect");
    }

    private static String get(String path) throws Exception {
        return server.send(server.request(path, Role.READER).GET()).body();
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        return server.send(server.request(path, Role.ADMINISTRATOR)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private static void expectMalformed(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(type(answer)).isEqualTo("urn:cloister:problem:malformed-request");
    }

    private static String type(HttpResponse<String> answer) {
        assertThat(answer.headers().firstValue("content-type")).contains(Problem.MEDIA_TYPE);
        JsonObject problem = new JsonObject(answer.body());
        assertThat(problem.fieldNames()).containsExactlyInAnyOrder("type", "title", "status", "detail", "remedy");
        assertThat(problem.getInteger("status")).isEqualTo(answer.statusCode());
        return problem.getString("type");
    }
}
