package org.cloister.repo.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.cloister.repo.upstream.UpstreamException.Problem;
import org.junit.jupiter.api.Test;

class InReleaseVerifierTest {
    private static final Instant CREATED = Instant.parse("2024-01-01T00:00:00Z");
    private static final Instant SIGNED = Instant.parse("2025-01-01T00:00:00Z");
    private static final String TEXT = "Suite: stable\nX: \u00e4\n-dash: 1\n\nEnd: 1\n";

    private static byte[] verify(byte[] message, OpenPgpSigner... keys) throws UpstreamException {
        StringBuilder armored = new StringBuilder();
        for (OpenPgpSigner key : keys) {
            armored.append(key.armoredKey());
        }
        return new InReleaseVerifier(ArchiveKeys.parse(armored.toString())).verify(message);
    }

    private static void refused(Problem problem, byte[] message, OpenPgpSigner... keys) {
        assertThatThrownBy(() -> verify(message, keys))
                .isInstanceOfSatisfying(
                        UpstreamException.class,
                        e -> assertThat(e.problem()).as(e.getMessage()).isEqualTo(problem));
    }

    @Test
    void oneOfTheKeysSuffices() throws Exception {
        OpenPgpSigner other = OpenPgpSigner.ed25519(CREATED);
        for (OpenPgpSigner signer : new OpenPgpSigner[] {
            OpenPgpSigner.ed25519(CREATED),
            OpenPgpSigner.rsa(CREATED),
            OpenPgpSigner.withSubkey(CREATED, KeyFlags.SIGN_DATA)
        }) {
            byte[] text = verify(signer.clearsign(TEXT, SIGNED), other, signer);
            assertThat(new String(text, StandardCharsets.UTF_8)).isEqualTo(TEXT);
        }
    }

    @Test
    void carriageReturnsOfATransportAreNoDifference() throws Exception {
        OpenPgpSigner signer = OpenPgpSigner.ed25519(CREATED);
        String message = new String(signer.clearsign(TEXT, SIGNED), StandardCharsets.UTF_8).replace("\n", "\r\n");
        assertThat(verify(message.getBytes(StandardCharsets.UTF_8), signer))
                .isEqualTo(TEXT.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anotherKeyIsRefused() throws Exception {
        refused(
                Problem.BAD_SIGNATURE,
                OpenPgpSigner.ed25519(CREATED).clearsign(TEXT, SIGNED),
                OpenPgpSigner.ed25519(CREATED),
                OpenPgpSigner.rsa(CREATED));
    }

    @Test
    void aKeyThatWasExpiredOrNotYetMadeWhenItSignedIsRefused() throws Exception {
        OpenPgpSigner expiring = OpenPgpSigner.expiring(CREATED, 86_400);
        assertThat(verify(expiring.clearsign(TEXT, CREATED.plusSeconds(86_000)), expiring))
                .isNotEmpty();
        refused(Problem.BAD_SIGNATURE, expiring.clearsign(TEXT, CREATED.plusSeconds(87_000)), expiring);
        refused(Problem.BAD_SIGNATURE, expiring.clearsign(TEXT, CREATED.minusSeconds(1)), expiring);
    }

    @Test
    void aSubkeyThatMayNotSignIsRefused() throws Exception {
        OpenPgpSigner signer = OpenPgpSigner.withSubkey(CREATED, KeyFlags.ENCRYPT_STORAGE);
        refused(Problem.BAD_SIGNATURE, signer.clearsign(TEXT, SIGNED), signer);
    }

    @Test
    void weakHashesAreRefused() throws Exception {
        OpenPgpSigner signer = OpenPgpSigner.rsa(CREATED);
        refused(Problem.BAD_SIGNATURE, signer.clearsign(TEXT, SIGNED, HashAlgorithmTags.SHA1), signer);
    }

    @Test
    void whatIsNotExactlyOneSignedMessageIsRefused() throws Exception {
        OpenPgpSigner signer = OpenPgpSigner.ed25519(CREATED);
        String good = new String(signer.clearsign(TEXT, SIGNED), StandardCharsets.UTF_8);
        for (String bad : new String[] {
            "",
            TEXT,
            "Suite: evil\n\n" + good,
            good + "Suite: evil\n",
            good + good,
            good.replace("Hash: SHA512", "Suite: evil"),
            good.replace("- -dash", "-dash"),
            good.substring(0, good.length() - 40)
        }) {
            refused(Problem.UNSIGNED, bad.getBytes(StandardCharsets.UTF_8), signer);
        }
    }

    @Test
    void keysThatAreNoneAreAClearError() {
        assertThatThrownBy(() -> ArchiveKeys.parse("no key")).hasMessageContaining("no OpenPGP public key");
        assertThatThrownBy(() -> ArchiveKeys.parse("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n"))
                .isInstanceOf(UpstreamException.class);
    }

    /** Whatever byte changes: refused, or the same text (an armor header, a blank at a line's end). */
    @Test
    void noChangedByteIsBelieved() throws Exception {
        OpenPgpSigner signer = OpenPgpSigner.ed25519(CREATED);
        byte[] good = signer.clearsign(TEXT, SIGNED);
        Random random = new Random(20260102);
        int refusals = 0;
        for (int i = 0; i < 3_000; i++) {
            byte[] mutated = good.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            try {
                String text = new String(verify(mutated, signer), StandardCharsets.UTF_8);
                assertThat(text.replaceAll("[ \t]+(?=\n)", "")).isEqualTo(TEXT);
            } catch (UpstreamException e) {
                refusals++;
            }
        }
        assertThat(refusals).isGreaterThan(2_000);
    }
}
