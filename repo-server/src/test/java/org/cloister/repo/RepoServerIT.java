package org.cloister.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Duration;
import java.util.Base64;
import org.cloister.events.Digest;
import org.junit.jupiter.api.Test;

/** The process' whole way, with real PostgreSQL and real Kafka: first start, publish, enrol, install, stop, second start. */
class RepoServerIT {
    @Test
    void aSecondStartFindsTheStateOfTheFirst() throws Exception {
        Path state = RepoServices.directory("repository");
        byte[] deb = TinyDeb.of("tiny", "1.0-1+b1", "lib-tiny (>= 2)");
        String token;
        String host;
        try (RunningRepository repository = new RunningRepository(state, "embedded")) {
            token = repository.token();
            assertThat(Files.getPosixFilePermissions(state.resolve("admin.token")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThat(repository.publish(deb).statusCode()).isEqualTo(201);
            assertThat(repository.publish(deb).statusCode()).isEqualTo(200);
            HttpResponse<String> other = repository.publish(TinyDeb.of("tiny", "1.0-1+b1", ""));
            assertThat(other.statusCode()).isEqualTo(409);
            assertThat(other.body()).contains("urn:cloister:problem:already-published");
            expectDownload(repository, deb);
            host = expectInstall(repository);
            expectCarried(repository);
            assertThatThrownBy(() -> RepoServer.start(RunningRepository.config(state, "none"), line -> {}))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(
                            "already (process " + ProcessHandle.current().pid());
        }
        try (RunningRepository repository = new RunningRepository(state, "embedded")) {
            assertThat(repository.token()).isEqualTo(token);
            expectDownload(repository, deb);
            JsonNode found = RunningRepository.json(repository.get("/v1/hosts/" + host));
            assertThat(found.at("/roots/0/root").asText()).isEqualTo("tiny");
            assertThat(found.at("/roots/0/state").asText()).isEqualTo("requested");
            String verdict = repository.post("/v1/audit/verify", "").body();
            assertThat(verdict).contains("\"done\":true").doesNotContain("damaged");
            expectCarried(repository);
        }
    }

    private static void expectDownload(RunningRepository repository, byte[] deb) throws Exception {
        JsonNode version =
                RunningRepository.json(repository.get("/v1/packages/tiny")).at("/versions/0");
        assertThat(version.path("artifact").asText()).isEqualTo(Digest.of(deb).toString());
        assertThat(version.at("/fields/Depends").asText()).isEqualTo("lib-tiny (>= 2)");
        byte[] back = repository
                .send(repository.request("/v1/artifacts/" + Digest.of(deb)).GET(), BodyHandlers.ofByteArray())
                .body();
        assertThat(back).isEqualTo(deb);
    }

    private static String expectInstall(RunningRepository repository) throws Exception {
        JsonNode enrolled = enrol(repository);
        String host = enrolled.path("host").asText();
        String path = "/v1/hosts/" + host + "/installs";
        HttpResponse<String> unsatisfiable = repository.post(path, "{\"packages\":[{\"name\":\"tiny\"}]}");
        assertThat(unsatisfiable.statusCode()).isEqualTo(422);
        assertThat(RunningRepository.json(unsatisfiable).path("detail").asText())
                .contains("lib-tiny");
        assertThat(repository.publish(TinyDeb.of("lib-tiny", "2.1", "")).statusCode())
                .isEqualTo(201);
        HttpResponse<String> asked = repository.post(path, "{\"packages\":[{\"name\":\"tiny\"}]}");
        assertThat(asked.statusCode()).as(asked.body()).isEqualTo(202);
        String closure = RunningRepository.json(asked).at("/roots/0/closure").asText();
        assertThat(RunningRepository.json(repository.get("/v1/closures/" + closure))
                        .path("closure")
                        .asText())
                .contains("tiny\t1.0-1+b1")
                .contains("lib-tiny\t2.1");
        String agent = "Bearer " + enrolled.path("token").asText();
        String events = repository
                .send(
                        repository
                                .request("/v1/events?stream=host:" + host)
                                .setHeader("Authorization", agent)
                                .GET(),
                        BodyHandlers.ofString())
                .body();
        assertThat(events.lines()).hasSize(2);
        assertThat(events).contains("HostEnrolled", "InstallRequested");
        return host;
    }

    private static JsonNode enrol(RunningRepository repository) throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        String key = Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
        String body = "{\"name\":\"desk\",\"publicKey\":\"" + key + "\",\"signature\":\"%s\"}";
        HttpResponse<String> forged =
                repository.post("/v1/hosts", body.formatted(sign(pair.getPrivate(), "another text")));
        assertThat(forged.statusCode()).isEqualTo(403);
        HttpResponse<String> answer = repository.post(
                "/v1/hosts", body.formatted(sign(pair.getPrivate(), "cloister-enrolment 1\ndesk\n" + key + "\n")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return RunningRepository.json(answer);
    }

    private static String sign(PrivateKey key, String text) throws Exception {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(key);
        signature.update(text.getBytes(StandardCharsets.UTF_8));
        return Base64.getEncoder().encodeToString(signature.sign());
    }

    private static void expectCarried(RunningRepository repository) {
        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
            JsonNode status = RunningRepository.json(repository.get("/v1/status"));
            assertThat(status.path("relay").asLong(-1))
                    .isEqualTo(status.path("head").asLong());
            assertThat(status.path("kafka").asText()).isNotEmpty();
        });
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(
                        () -> assertThat(repository.get("/readyz").statusCode()).isEqualTo(200));
    }
}
