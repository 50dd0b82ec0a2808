package org.cloister.events.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.cloister.events.Digest;
import org.junit.jupiter.api.Test;

/** What GnuPG and OpenSSL made of one statement, and what is made of it. */
class PublisherKeyTest {
    private static final byte[] STATEMENT = PackageStatement.of(Digest.ofText("the artifact"));
    private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");

    private final PublisherKey gpg = PublisherKey.parse(text("gpg-key.asc"));
    private final DetachedSignature gpgSignature = DetachedSignature.parse(text("gpg.sig"));
    private final PublisherKey openssl = PublisherKey.parse(text("openssl-key.pem"));
    private final DetachedSignature opensslSignature =
            DetachedSignature.parse(openssl.id() + " " + text("openssl.sig"));

    PublisherKeyTest() throws IOException {}

    private static String text(String name) throws IOException {
        try (InputStream in = PublisherKeyTest.class.getResourceAsStream("/sign/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void theStatementIsTheTextThatPeopleSign() throws IOException {
        assertThat(new String(STATEMENT, StandardCharsets.US_ASCII)).isEqualTo(text("statement"));
    }

    @Test
    void whatGnuPgAndOpenSslSignedIsGood() {
        assertThat(gpg.objection(gpgSignature, STATEMENT, NOW)).isNull();
        assertThat(openssl.objection(opensslSignature, STATEMENT, NOW)).isNull();
        assertThat(gpg.id().text()).isEqualTo("openpgp:fc152b93c7a228446c8fec2cdde1fb57baee465b");
    }

    @Test
    void aSignatureNamesItsKeyAndNoOther() {
        assertThat(gpg.isNamedBy(gpgSignature)).isTrue();
        assertThat(openssl.isNamedBy(opensslSignature)).isTrue();
        assertThat(gpg.isNamedBy(opensslSignature)).isFalse();
        assertThat(openssl.isNamedBy(gpgSignature)).isFalse();
        assertThat(gpg.objection(opensslSignature, STATEMENT, NOW)).isNotNull();
        assertThat(openssl.objection(gpgSignature, STATEMENT, NOW)).isNotNull();
    }

    @Test
    void overAnythingElseItIsBad() {
        byte[] other = PackageStatement.of(Digest.ofText("another artifact"));
        byte[] bare = Digest.ofText("the artifact").toString().getBytes(StandardCharsets.US_ASCII);
        for (byte[] text : List.of(other, bare)) {
            assertThat(gpg.objection(gpgSignature, text, NOW)).isNotNull();
            assertThat(openssl.objection(opensslSignature, text, NOW)).isNotNull();
        }
    }

    @Test
    void aSignatureFromTheFutureIsBad() {
        assertThat(gpg.objection(gpgSignature, STATEMENT, Instant.parse("2026-01-01T00:00:00Z")))
                .isNotNull();
    }

    @Test
    void aKeyOfOursIsWrittenAndReadBack() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Ed25519Key key = Ed25519Key.of(pair.getPublic());
        assertThat(PublisherKey.parse(key.text())).isEqualTo(key);
        DetachedSignature signature = key.sign(pair.getPrivate(), STATEMENT);
        assertThat(DetachedSignature.parse(signature.text())).isEqualTo(signature);
        assertThat(key.objection(signature, STATEMENT, NOW)).isNull();
    }

    @Test
    void whatIsNoKeyOrSignatureIsRefusedInWords() throws IOException {
        String twice = text("gpg-key.asc") + "\n" + text("gpg-key.asc");
        for (String bad : List.of(
                "",
                "hello",
                "-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n",
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
                twice,
                "x".repeat(PublisherKey.MAX_LENGTH + 1))) {
            assertThatThrownBy(() -> PublisherKey.parse(bad)).isInstanceOf(IllegalArgumentException.class);
        }
        for (String bad : List.of(
                "",
                "AAAA",
                openssl.id() + " AAAA",
                openssl.id().text(),
                gpgSignature.text() + "\n" + gpgSignature.text(),
                "x".repeat(DetachedSignature.MAX_LENGTH + 1))) {
            assertThatThrownBy(() -> DetachedSignature.parse(bad)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** Whatever is flipped: refused in words, or not a good signature over something else. */
    @Test
    void noAlteredKeyOrSignatureFailsOtherwiseOrPassesForOneOverAnotherText() throws IOException {
        long seed = Long.getLong("cloister.seed", System.nanoTime());
        Random random = new Random(seed);
        byte[] other = PackageStatement.of(Digest.ofText("another artifact"));
        for (int i = 0; i < 2_000; i++) {
            String key = altered(random.nextBoolean() ? text("gpg-key.asc") : text("openssl-key.pem"), random);
            String signature = altered((random.nextBoolean() ? gpgSignature : opensslSignature).text(), random);
            try {
                DetachedSignature read = DetachedSignature.parse(signature);
                PublisherKey parsed = PublisherKey.parse(key);
                parsed.isNamedBy(read);
                assertThat(parsed.objection(read, other, NOW))
                        .as("seed " + seed)
                        .isNotNull();
            } catch (IllegalArgumentException expected) {
                assertThat(expected.getMessage()).as("seed " + seed).isNotBlank();
            }
        }
    }

    private static String altered(String text, Random random) {
        StringBuilder altered = new StringBuilder(text);
        for (int i = random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(altered.length());
            switch (random.nextInt(3)) {
                case 0 -> altered.setCharAt(at, (char) random.nextInt(0x80));
                case 1 -> altered.deleteCharAt(at);
                default -> altered.setLength(Math.max(1, at));
            }
        }
        return altered.toString();
    }
}
