package org.cloister.repo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Base64;
import org.cloister.events.Digest;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.sign.DetachedSignature;
import org.cloister.events.sign.Ed25519Key;
import org.cloister.events.sign.PackageStatement;
import org.cloister.repo.command.Keys;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A publisher's key from its registration to its revocation, on the real server. */
@NullMarked
class SignedUploadIT {
    private static final KeyPair PAIR = Keys.generate();
    private static final Ed25519Key KEY = Ed25519Key.of(PAIR.getPublic());

    private static DetachedSignature over(byte[] deb) {
        return KEY.sign(PAIR.getPrivate(), PackageStatement.of(Digest.of(deb)));
    }

    private static HttpResponse<String> publish(
            RunningRepository repository, byte[] deb, @Nullable DetachedSignature signature) throws Exception {
        HttpRequest.Builder request = repository
                .request("/v1/packages")
                .header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofByteArray(deb));
        if (signature != null) {
            byte[] text = signature.text().getBytes(StandardCharsets.US_ASCII);
            request.header("Package-Signature", Base64.getEncoder().encodeToString(text));
        }
        return repository.send(request, BodyHandlers.ofString());
    }

    private static String rule(HttpResponse<String> answer) throws Exception {
        JsonNode problem = RunningRepository.json(answer);
        assertThat(problem.path("remedy").asText()).isNotBlank();
        return problem.path("type").asText().replace("urn:cloister:problem:", "");
    }

    private static String types(RunningRepository repository, String stream) throws Exception {
        StringBuilder types = new StringBuilder();
        for (String line :
                repository.get("/v1/events?stream=" + stream).body().lines().toList()) {
            types.append(EventCodec.json().readTree(line).path("type").asText()).append(' ');
        }
        return types.toString().strip();
    }

    @Test
    void whatAPublisherSignsIsVerifiedRecordedAndRefusedWithAKeyThatIsRevoked() throws Exception {
        byte[] deb = TinyDeb.of("tiny", "1.0-1", "");
        byte[] other = TinyDeb.of("other", "1.0-1", "");
        try (RunningRepository repository = new RunningRepository(RepoServices.directory("signed"), "none")) {
            assertThat(rule(publish(repository, deb, over(deb)))).isEqualTo("publisher-key-unknown");

            String principal = RunningRepository.json(repository.get("/v1/tokens"))
                    .at("/tokens/0/principal")
                    .asText();
            ObjectNode registration = EventCodec.json()
                    .createObjectNode()
                    .put("publisher", principal)
                    .put("publicKey", KEY.text());
            assertThat(repository
                            .post("/v1/publisher-keys", registration.toString())
                            .statusCode())
                    .isEqualTo(201);
            assertThat(repository
                            .post("/v1/publisher-keys", registration.toString())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(repository
                            .post("/v1/signature-policy", "{\"policy\":\"require\"}")
                            .statusCode())
                    .isEqualTo(201);

            assertThat(rule(publish(repository, deb, null))).isEqualTo("signature-required");
            assertThat(rule(publish(repository, deb, over(other)))).isEqualTo("signature-invalid");
            assertThat(types(repository, "package:tiny")).isEmpty();
            assertThat(publish(repository, deb, over(deb)).statusCode()).isEqualTo(201);
            assertThat(types(repository, "package:tiny")).isEqualTo("PackagePublished PackageSigned");
            assertThat(publish(repository, deb, over(deb)).statusCode())
                    .as("again")
                    .isEqualTo(200);

            String key = "/v1/publisher-keys/" + KEY.id();
            assertThat(RunningRepository.json(repository.get(key))
                            .at("/signed/0/name")
                            .asText())
                    .isEqualTo("tiny");
            assertThat(RunningRepository.json(repository.get("/v1/packages/tiny"))
                            .at("/versions/0/signers/0")
                            .asText())
                    .isEqualTo(KEY.id().text());
            assertThat(repository.post(key + "/revoke", "{\"reason\":\"lost\"}").statusCode())
                    .isEqualTo(200);
            assertThat(rule(publish(repository, other, over(other)))).isEqualTo("publisher-key-revoked");
            assertThat(repository
                            .post("/v1/publisher-keys", registration.toString())
                            .statusCode())
                    .isEqualTo(403);
            assertThat(types(repository, "trust:repository"))
                    .isEqualTo("PublisherKeyRegistered SignaturePolicyChanged PublisherKeyRevoked");
        }
    }
}
