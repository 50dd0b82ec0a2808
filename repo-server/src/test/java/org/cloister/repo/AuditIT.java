package org.cloister.repo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.cloister.events.Digest;
import org.cloister.repo.command.Keys;
import org.junit.jupiter.api.Test;

/** An auditor's questions over HTTP: a library that came along, an advisory on its source, a host that is retired. */
class AuditIT {
    private static final String ADVISORY = """
        {"id":"DSA-1-1","aliases":["CVE-1-1"],"summary":"libtiny","affected":[{"package":{"ecosystem":"Debian","name":"tiny-source"},
         "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2.1-1"}]}]}]}
        """;

    private final KeyPair key = Keys.generate();

    @Test
    void whoHadALibraryAndWasExposedIsFoundByItsSourceVersion() throws Exception {
        try (RunningRepository repository =
                new RunningRepository(RepoServices.directory("audit"), Optional.of(RepoServices.access()), "none")) {
            repository.publish(TinyDeb.of("tiny", "1.0", "libtiny"));
            repository.publish(library("2.0-1+b1", "2.0-1"));
            String host = enrol(repository);
            long installed = installTiny(repository, host, 1);

            List<JsonNode> had = intervals(repository, "/v1/audit/packages/libtiny");
            assertThat(had).singleElement().satisfies(interval -> {
                assertThat(interval.path("hostName").asText()).isEqualTo("desk");
                assertThat(interval.path("root").asText()).isEqualTo("tiny");
                assertThat(interval.path("version").asText()).isEqualTo("2.0-1+b1");
                assertThat(interval.path("direct").asBoolean()).isFalse();
                assertThat(interval.at("/from/position").asLong()).isEqualTo(installed);
                assertThat(interval.path("until").isNull()).isTrue();
            });
            assertThat(intervals(repository, "/v1/audit/packages/libtiny?version=" + query(">= 2.1")))
                    .isEmpty();
            assertThat(intervals(repository, "/v1/audit/packages/libtiny?at=" + (installed - 1)))
                    .isEmpty();
            HttpResponse<String> bad = repository.get("/v1/audit/packages/libtiny?version=" + query(">= x"));
            assertThat(bad.statusCode()).isEqualTo(400);
            assertThat(bad.body()).contains("malformed-request");

            assertThat(repository.get("/v1/audit/exposure/CVE-1-1").statusCode())
                    .isEqualTo(404);
            assertThat(repository.post("/v1/advisories", "{\"a\":1}").body()).contains("not-an-advisory");
            assertThat(repository.post("/v1/advisories", ADVISORY).statusCode()).isEqualTo(201);
            HttpResponse<String> again = repository.post("/v1/advisories", "[" + ADVISORY + "]");
            assertThat(again.statusCode()).as(again.body()).isEqualTo(200);
            assertThat(repository.get("/v1/advisories?q=tiny-source").body()).contains("DSA-1-1");

            repository.publish(library("2.1-1", "2.1-1"));
            long upgraded = installTiny(repository, host, 2);
            repository.publish(library("2.0-1+b2", "2.0-1"));
            assertThat(repository
                            .post("/v1/hosts/" + host + "/retirement", "{\"reason\":\"sold\"}")
                            .statusCode())
                    .isLessThan(300);

            List<JsonNode> exposed = intervals(repository, "/v1/audit/exposure/CVE-1-1");
            assertThat(exposed).singleElement().satisfies(interval -> {
                assertThat(interval.path("source").asText()).isEqualTo("tiny-source");
                assertThat(interval.path("sourceVersion").asText()).isEqualTo("2.0-1");
                assertThat(interval.path("judgement").asText()).isEqualTo("affected");
                assertThat(interval.at("/until/position").asLong()).isEqualTo(upgraded);
                assertThat(interval.path("ending").asText()).isEqualTo("replaced");
            });
            assertThat(RunningRepository.json(repository.get("/v1/status")).has("rehash"))
                    .isTrue();
            assertThat(intervals(repository, "/v1/audit/exposure/DSA-1-1?lasting=true"))
                    .isEmpty();
            assertThat(intervals(repository, "/v1/audit/exposure/DSA-1-1?lasting=true&at=" + installed))
                    .hasSize(1);
        }
    }

    private static byte[] library(String version, String sourceVersion) throws Exception {
        return TinyDeb.of("libtiny", version, "", "Source: tiny-source (" + sourceVersion + ")\n");
    }

    private static String query(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static List<JsonNode> intervals(RunningRepository repository, String path) throws Exception {
        HttpResponse<String> answer = repository.get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return StreamSupport.stream(
                        RunningRepository.json(answer).path("intervals").spliterator(), false)
                .toList();
    }

    private String enrol(RunningRepository repository) throws Exception {
        String publicKey = Keys.publicKey(key);
        String signature = sign("cloister-enrolment 1\ndesk\n" + publicKey + "\n");
        HttpResponse<String> answer = repository.post(
                "/v1/hosts",
                "{\"name\":\"desk\",\"publicKey\":\"" + publicKey + "\",\"signature\":\"" + signature + "\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return RunningRepository.json(answer).path("host").asText();
    }

    private String sign(String text) {
        return Keys.sign(key, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Asks for it and reports that it is there. @return the position of the report */
    private long installTiny(RunningRepository repository, String host, int sequence) throws Exception {
        String wanted = sequence == 1 ? "installs" : "upgrades";
        HttpResponse<String> asked = repository.post(
                "/v1/hosts/" + host + "/" + wanted,
                sequence == 1 ? "{\"packages\":[{\"name\":\"tiny\"}]}" : "{\"aliases\":[\"tiny\"]}");
        assertThat(asked.statusCode()).as(asked.body()).isEqualTo(202);
        JsonNode request = RunningRepository.json(asked);
        String digest = Digest.ofText("x").toString();
        String payload = "{\"request\":" + request.path("position").asLong()
                + ",\"roots\":[{\"root\":\"tiny\",\"requested\":{\"name\":\"tiny\",\"version\":\"1.0\",\"architecture\":\"all\"},"
                + "\"closure\":\"" + request.at("/roots/0/closure").asText() + "\",\"configured\":\"" + digest
                + "\"}],\"generation\":\"" + digest + "\",\"milliseconds\":5}";
        String signature = sign("cloister-report 1\n" + host + "\n" + sequence + "\nInstallationSucceeded "
                + Digest.ofText(payload).hex() + "\n");
        HttpResponse<String> reported = repository.post(
                "/v1/hosts/" + host + "/reports",
                "{\"sequence\":" + sequence + ",\"signature\":\"" + signature
                        + "\",\"events\":[{\"type\":\"InstallationSucceeded\",\"payload\":" + payload + "}]}");
        assertThat(reported.statusCode()).as(reported.body()).isLessThan(300);
        return RunningRepository.json(reported).path("position").asLong();
    }
}
