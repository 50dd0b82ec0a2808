package org.cloister.events.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import org.junit.jupiter.api.Test;

class NoteKeyTest {
    /** The example of C2SP signed-note. */
    private static final String VERIFIER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    private static final String TEXT =
            "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";

    private static final String NOTE = TEXT
            + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    @Test
    void aNoteOfAnotherImplementationIsVerified() {
        assertThat(NoteKey.parse(VERIFIER).open(NOTE)).isEqualTo(TEXT);
        assertThat(NoteKey.parse(VERIFIER).text()).isEqualTo(VERIFIER);
    }

    @Test
    void aChangedNoteIsRefused() {
        assertThatThrownBy(() -> NoteKey.parse(VERIFIER).open(NOTE.replace("answer", "Answer")))
                .hasMessageContaining("no valid signature");
    }

    @Test
    void aSignedCheckpointIsReadBack() throws NoSuchAlgorithmException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        NoteKey key = NoteKey.of("log.example.org", pair.getPublic());
        Checkpoint checkpoint = new Checkpoint("log.example.org", 12, MerkleHash.empty());
        String note = key.sign(checkpoint.text(), pair.getPrivate());
        assertThat(Checkpoint.parse(NoteKey.parse(key.text()).open(note))).isEqualTo(checkpoint);
    }
}
