package org.cloister.repo.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cloister.events.AccessEvent.RequestsRefused;
import org.cloister.events.Principal;
import org.cloister.events.Role;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every operation of {@code openapi.yaml} with no token, each single role, and a token of a host. */
class AccessMatrixTest {
    private static final ApiDocument DOCUMENT = ApiDocument.load();
    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        Map<String, Endpoint> endpoints = new LinkedHashMap<>();
        for (String operation : DOCUMENT.operations().keySet()) {
            endpoints.put(operation, exchange -> exchange.json(200, Map.of("reached", operation)));
        }
        server = TestServer.all(endpoints);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void withoutTokenOnlyHealthAndTheLogAnswer() throws Exception {
        List<String> open = new ArrayList<>();
        for (ApiOperation operation : DOCUMENT.operations().values()) {
            int status = status(operation, null, TestServer.HOST.text());
            assertThat(status == 401 || operation.isPublic()).as(operation.id()).isTrue();
            if (status != 401) {
                open.add(operation.path());
            }
        }
        server.flushRefusals();
        assertThat(server.refused)
                .as("each refusal is on record")
                .filteredOn(refusal -> refusal.principal().equals(Principal.ANONYMOUS))
                .extracting(RequestsRefused::operation)
                .containsAll(DOCUMENT.operations().values().stream()
                        .filter(operation -> !operation.isPublic())
                        .map(ApiOperation::id)
                        .toList());
        assertThat(open).isNotEmpty().allMatch(path -> path.matches("/healthz|/readyz|/log/.*"));
    }

    @Test
    void aTokenOpensWhatItsRoleIsListedFor() throws Exception {
        for (ApiOperation operation : DOCUMENT.operations().values()) {
            for (Role role : Role.values()) {
                boolean listed = operation.isPublic()
                        || role == Role.ADMINISTRATOR
                        || operation.roles().contains(Role.READER)
                        || operation.roles().contains(role);
                int status = status(operation, TestServer.token(role, false), TestServer.HOST.text());
                assertThat(status != 403).as(operation.id() + " as " + role).isEqualTo(listed);
            }
        }
    }

    @Test
    void aHostsTokenOpensItsOwnHostOnly() throws Exception {
        String token = TestServer.token(Role.AGENT, true);
        for (ApiOperation operation : DOCUMENT.operations().values()) {
            boolean roleFits = operation.isPublic()
                    || operation.roles().contains(Role.READER)
                    || operation.roles().contains(Role.AGENT);
            boolean own = status(operation, token, TestServer.HOST.text()) != 403;
            assertThat(own).as(operation.id()).isEqualTo(roleFits && operation.hostBound());
            if (operation.path().contains("{host}")) {
                assertThat(status(operation, token, "h-ffffffffffffffff"))
                        .as(operation.id())
                        .isEqualTo(403);
            }
        }
    }

    @Test
    void wrongAndMalformedTokensOpenNothing() throws Exception {
        String good = TestServer.token(Role.ADMINISTRATOR, false);
        for (String bad : List.of(
                good + "x",
                good.substring(0, good.length() - 1),
                "clo_nobody00_0123456789ABCDEFGHIJKLMNOPQRST",
                "",
                "clo__")) {
            HttpResponse<String> answer =
                    server.send(server.request("/v1/status").header("Authorization", "Bearer " + bad));
            assertThat(answer.statusCode()).as(bad).isEqualTo(401);
            assertThat(answer.headers().firstValue("www-authenticate"))
                    .hasValueSatisfying(v -> assertThat(v).startsWith("Bearer"));
            assertThat(new JsonObject(answer.body()).getString("type"))
                    .isEqualTo("urn:cloister:problem:unauthenticated");
        }
    }

    private static int status(ApiOperation operation, @Nullable String token, String host) throws Exception {
        String path = operation
                .path()
                .replace("{host}", host)
                .replace("{digest}", "sha256:" + "0".repeat(64))
                .replace("{id}", "abcdefgh")
                .replaceAll("\\{(level|a|b|c|d)}", "1")
                .replaceAll("\\{[a-z]+}", "1x");
        HttpRequest.Builder request = server.request(path)
                .method(operation.method().toUpperCase(Locale.ROOT), HttpRequest.BodyPublishers.noBody());
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return server.send(request).statusCode();
    }
}
