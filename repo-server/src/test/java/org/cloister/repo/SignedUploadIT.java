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
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import org.cloister.events.Digest;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.log.NoteKey;
import org.cloister.events.log.TimeStamp;
import org.cloister.events.sign.DetachedSignature;
import org.cloister.events.sign.Ed25519Key;
import org.cloister.events.sign.PackageStatement;
import org.cloister.events.sign.SignedRoot;
import org.cloister.events.sign.TrustRoot;
import org.cloister.repo.command.Keys;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A publisher's key from its registration to its revocation, and the repository's own root, on the real server. */
@NullMarked
class SignedUploadIT {
    private static final KeyPair PAIR = Keys.generate();
    private static final Ed25519Key KEY = Ed25519Key.of(PAIR.getPublic());
    private static RunningRepository repository;

    private static DetachedSignature over(byte[] deb) {
        return KEY.sign(PAIR.getPrivate(), PackageStatement.of(Digest.of(deb)));
    }

    private static HttpResponse<String> publish(byte[] deb, @Nullable DetachedSignature signature) throws Exception {
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

    private static String types(String stream) throws Exception {
        StringBuilder types = new StringBuilder();
        for (String line :
                repository.get("/v1/events?stream=" + stream).body().lines().toList()) {
            types.append(EventCodec.json().readTree(line).path("type").asText()).append(' ');
        }
        return types.toString().strip();
    }

    @BeforeAll
    static void start() throws Exception {
        repository = new RunningRepository(RepoServices.directory("signed"), "none");
    }

    @AfterAll
    static void stop() {
        repository.close();
    }

    private static HttpResponse<String> publishRoot(SignedRoot root) throws Exception {
        return repository.post(
                "/v1/trust/roots",
                EventCodec.json()
                        .createObjectNode()
                        .put("document", root.document())
                        .toString());
    }

    private static SignedRoot root(NoteKey log, int version, KeyPair offline) {
        Ed25519Key key = Ed25519Key.of(offline.getPublic());
        Instant end = Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(Duration.ofDays(1));
        TrustRoot root = new TrustRoot(log.name(), version, end, 1, List.of(key), List.of(log), List.of());
        return new SignedRoot(root, List.of()).signedWith(key, offline.getPrivate());
    }

    @Test
    void aTrustRootIsServedWithTheLogsSignatureAndFollowedByOneOfBothKeysOnly() throws Exception {
        NoteKey log = NoteKey.parse(repository.get("/log/key").body());
        KeyPair other = Keys.generate();
        assertThat(publishRoot(root(log, 1, PAIR)).statusCode()).isEqualTo(201);
        SignedRoot served = SignedRoot.parse(repository.get("/v1/trust/roots/1").body());
        assertThat(served.objection(null)).isNull();
        assertThat(served.isSignedBy(new Ed25519Key(log.key()))).isTrue();

        assertThat(rule(publishRoot(root(log, 2, other)))).isEqualTo("trust-root-invalid");
        assertThat(repository.get("/v1/trust/roots/2").statusCode()).isEqualTo(404);
        assertThat(publishRoot(root(log, 2, other).signedWith(KEY, PAIR.getPrivate()))
                        .statusCode())
                .isEqualTo(201);
        assertThat(RunningRepository.json(repository.get("/v1/trust/roots"))
                        .at("/roots/1/version")
                        .asInt())
                .isEqualTo(2);
        TimeStamp stamp =
                TimeStamp.parse(log.open(repository.get("/log/timestamp").body()));
        assertThat(stamp.trustRoot()).isEqualTo(2);
    }

    @Test
    void whatAPublisherSignsIsVerifiedRecordedAndRefusedWithAKeyThatIsRevoked() throws Exception {
        byte[] deb = TinyDeb.of("tiny", "1.0-1", "");
        byte[] other = TinyDeb.of("other", "1.0-1", "");
        assertThat(rule(publish(deb, over(deb)))).isEqualTo("publisher-key-unknown");

        String principal = RunningRepository.json(repository.get("/v1/tokens"))
                .at("/tokens/0/principal")
                .asText();
        ObjectNode registration =
                EventCodec.json().createObjectNode().put("publisher", principal).put("publicKey", KEY.text());
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

        assertThat(rule(publish(deb, null))).isEqualTo("signature-required");
        assertThat(rule(publish(deb, over(other)))).isEqualTo("signature-invalid");
        assertThat(types("package:tiny")).isEmpty();
        assertThat(publish(deb, over(deb)).statusCode()).isEqualTo(201);
        assertThat(types("package:tiny")).isEqualTo("PackagePublished PackageSigned");
        assertThat(publish(deb, over(deb)).statusCode()).as("again").isEqualTo(200);

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
        assertThat(rule(publish(other, over(other)))).isEqualTo("publisher-key-revoked");
        assertThat(repository
                        .post("/v1/publisher-keys", registration.toString())
                        .statusCode())
                .isEqualTo(403);
        assertThat(types("trust:repository"))
                .contains("PublisherKeyRegistered SignaturePolicyChanged PublisherKeyRevoked");
    }
}
