package org.cloister.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Base64;
import org.cloister.events.Digest;
import org.cloister.events.sign.DetachedSignature;
import org.cloister.events.sign.PackageStatement;
import org.cloister.events.sign.PublisherKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of publishers: made here, the public half sent, packages signed with the other. */
class KeyVerbsTest {
    private static final String UPLOAD = "POST /v1/packages";
    private static final String PUBLISHED =
            "{\"name\":\"tool\",\"version\":\"1\",\"architecture\":\"amd64\",\"position\":7}";

    @TempDir
    Path directory;

    private FakeRepository repository;
    private CommandLineTool tool;

    @BeforeEach
    void open() throws IOException {
        repository = new FakeRepository();
        tool = new CommandLineTool(directory, null);
        tool.configuration = repository.configuration();
        Files.writeString(directory.resolve("tool.deb"), "a package");
    }

    @AfterEach
    void close() {
        repository.close();
    }

    private static byte[] statement() {
        return PackageStatement.of(Digest.ofText("a package"));
    }

    private DetachedSignature sent() {
        String header =
                repository.requests().get(repository.requests().size() - 1).signature();
        return DetachedSignature.parse(new String(Base64.getDecoder().decode(header), StandardCharsets.US_ASCII));
    }

    @Test
    void aNewKeyIsForItsOwnerAloneAndWhatItSignsIsGood() throws Exception {
        repository.on(UPLOAD, 201, PUBLISHED);
        CommandLineTool.Result made = tool.run("key", "new", "signing.pem");
        assertThat(made.status()).as(made.err()).isZero();
        Path file = directory.resolve("signing.pem");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        PublisherKey key = PublisherKey.parse(Files.readString(directory.resolve("signing.pem.pub")));
        assertThat(made.out()).isEqualTo(key.id() + "\n");

        CommandLineTool.Result result = tool.run("publish", "tool.deb", "--sign-with", "signing.pem");
        assertThat(result.status()).as(result.err()).isZero();
        assertThat(key.objection(sent(), statement(), Instant.EPOCH)).isNull();
        assertThat(tool.run("key", "new", "signing.pem").err()).contains("is there already");
    }

    @Test
    void aSignatureMadeElsewhereIsOverTheStatementThatIsPrinted() throws Exception {
        repository.on(UPLOAD, 201, PUBLISHED);
        assertThat(tool.run("key", "statement", "tool.deb").out())
                .isEqualTo(new String(statement(), StandardCharsets.US_ASCII));
        String text = "ed25519:" + "0".repeat(64) + " " + Base64.getEncoder().encodeToString(new byte[64]);
        Files.writeString(directory.resolve("tool.sig"), text + "\n");
        CommandLineTool.Result result = tool.run("publish", "tool.deb", "--signature", "tool.sig");
        assertThat(result.status()).as(result.err()).isZero();
        assertThat(sent().text()).isEqualTo(text);
        assertThat(tool.run("publish", "tool.deb", "tool.deb", "--signature", "tool.sig")
                        .status())
                .isEqualTo(ExitStatus.USAGE.code());
        assertThat(tool.run("publish", "tool.deb", "--signature", "tool.deb").err())
                .contains("cloister key statement");
    }

    @Test
    void withoutEitherNoSignatureIsSent() {
        repository.on(UPLOAD, 201, PUBLISHED);
        assertThat(tool.run("publish", "tool.deb").status()).isZero();
        assertThat(repository.requests())
                .singleElement()
                .satisfies(request -> assertThat(request.signature()).isEmpty());
    }

    @Test
    void aKeyThatOthersCanReadIsNotUsedAndAPrivateOneIsNotSent() throws Exception {
        tool.run("key", "new", "signing.pem");
        Path file = directory.resolve("signing.pem");
        assertThat(tool.run("key", "add", "signing.pem", "--publisher", "alice").err())
                .contains("is no public key");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(tool.run("publish", "tool.deb", "--sign-with", "signing.pem").err())
                .contains("chmod 600");
        assertThat(tool.run("publish", "tool.deb", "--sign-with", "tool.deb").status())
                .isEqualTo(1);
        assertThat(repository.requests()).isEmpty();
    }

    @Test
    void keysAreRegisteredShownAndRevoked() {
        tool.run("key", "new", "signing.pem");
        String id = tool.run("key", "new", "other.pem").out().strip();
        repository
                .on("POST /v1/publisher-keys", 201, "{\"key\":\"" + id + "\",\"position\":8}")
                .on(
                        "GET /v1/publisher-keys",
                        200,
                        "{\"policy\":\"require\",\"keys\":[{\"key\":\"" + id + "\",\"publisher\":\"alice\","
                                + "\"registeredAt\":\"2026-01-01T00:00:00Z\",\"registeredBy\":\"root\",\"position\":8,"
                                + "\"signatures\":3,\"revoked\":{\"reason\":\"lost\"}}]}")
                .on("POST /v1/publisher-keys/" + id.replace(":", "%3A") + "/revoke", 200, "{\"position\":9}")
                .on("POST /v1/signature-policy", 201, "{\"position\":10}");
        assertThat(tool.run("key", "add", "other.pem.pub", "--publisher", "alice")
                        .out())
                .isEqualTo(id + " is a key of alice.\n");
        assertThat(tool.run("key", "list").out()).contains(id, "revoked: lost", "a signature is required");
        assertThat(tool.run("key", "revoke", id, "--reason", "lost").out()).isEqualTo(id + " is revoked.\n");
        assertThat(tool.run("key", "policy", "require").out()).startsWith("require: ");
        assertThat(tool.run("key", "policy", "maybe").status()).isNotZero();
    }
}
