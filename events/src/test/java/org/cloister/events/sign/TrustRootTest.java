package org.cloister.events.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.cloister.events.log.NoteKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A root follows another by both their keys' word, and only so. */
class TrustRootTest {
    private static final Instant END = Instant.parse("2027-11-29T00:00:00Z");
    private static final String ORIGIN = "example.org/log";
    private static final List<KeyPair> PAIRS = pairs(6);
    private static final NoteKey LOG = NoteKey.of(ORIGIN, PAIRS.get(5).getPublic());

    private static List<KeyPair> pairs(int count) {
        List<KeyPair> pairs = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                pairs.add(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        return pairs;
    }

    private static Ed25519Key key(int pair) {
        return Ed25519Key.of(PAIRS.get(pair).getPublic());
    }

    private static TrustRoot root(int version, int threshold, int... keys) {
        List<Ed25519Key> all = new ArrayList<>();
        for (int key : keys) {
            all.add(key(key));
        }
        return new TrustRoot(ORIGIN, version, END, threshold, all, List.of(LOG), List.of("A".repeat(40)));
    }

    private static SignedRoot signed(TrustRoot root, int... keys) {
        SignedRoot signed = new SignedRoot(root, List.of());
        for (int key : keys) {
            signed = signed.signedWith(key(key), PAIRS.get(key).getPrivate());
        }
        return signed;
    }

    private static void good(@Nullable SignedRoot before, SignedRoot next) {
        assertThat(next.objection(before)).isNull();
    }

    private static void bad(@Nullable SignedRoot before, SignedRoot next, String words) {
        assertThat(next.objection(before)).contains(words);
    }

    @Test
    void whatIsWrittenIsReadBack() {
        SignedRoot signed = signed(root(1, 2, 0, 1, 2), 0, 2);
        assertThat(SignedRoot.parse(signed.document())).isEqualTo(signed);
        assertThat(signed.document()).startsWith("cloister trust root 1\norigin example.org/log\nversion 1\n");
    }

    @Test
    void theFirstIsSignedByEnoughOfItsOwnKeys() {
        good(null, signed(root(1, 2, 0, 1, 2), 0, 2));
        bad(null, signed(root(1, 2, 0, 1, 2), 0), "1 of its own root keys signed it, and 2 must");
        bad(null, signed(root(1, 2, 0, 1, 2), 0, 3), "1 of its own");
        bad(null, signed(root(2, 1, 0), 0), "version 1 is next");
    }

    @Test
    void theNextIsSignedByEnoughOfBothTheFormerAndItsOwnKeys() {
        SignedRoot first = signed(root(1, 2, 0, 1, 2), 0, 1);
        good(first, signed(root(2, 1, 3), 0, 2, 3));
        bad(first, signed(root(2, 1, 3), 3), "0 of the root keys of version 1");
        bad(first, signed(root(2, 1, 3), 0, 3), "1 of the root keys of version 1");
        bad(first, signed(root(2, 1, 3), 0, 1), "0 of its own");
        bad(first, signed(root(3, 1, 3), 0, 1, 3), "version 2 is next");
        bad(first, signed(root(1, 1, 3), 0, 1, 3), "version 2 is next");
    }

    @Test
    void aKeyThatSignsTwiceCountsOnceAndASignatureCountsForItsOwnTextOnly() {
        SignedRoot once = signed(root(1, 2, 0, 1), 0);
        List<DetachedSignature> twice = new ArrayList<>(once.signatures());
        twice.addAll(once.signatures());
        bad(null, new SignedRoot(once.root(), twice), "1 of its own");
        SignedRoot whole = signed(root(1, 2, 0, 1), 0, 1);
        bad(null, new SignedRoot(root(1, 2, 1, 0), whole.signatures()), "0 of its own");
    }

    @Test
    void aRootOfAnotherLogDoesNotFollow() {
        NoteKey other = NoteKey.of("other.org/log", PAIRS.get(5).getPublic());
        TrustRoot root = new TrustRoot("other.org/log", 2, END, 1, List.of(key(0)), List.of(other), List.of());
        bad(signed(root(1, 1, 0), 0), signed(root, 0), "another log");
    }

    @Test
    void whatCanNotBeARootIsRefused() {
        List<Ed25519Key> keys = List.of(key(0));
        List<NoteKey> logs = List.of(LOG);
        List<org.assertj.core.api.ThrowableAssert.ThrowingCallable> all = List.of(
                () -> new TrustRoot(ORIGIN, 0, END, 1, keys, logs, List.of()),
                () -> new TrustRoot(ORIGIN, TrustRoot.MAX_VERSION + 1, END, 1, keys, logs, List.of()),
                () -> new TrustRoot(ORIGIN, 1, END, 0, keys, logs, List.of()),
                () -> new TrustRoot(ORIGIN, 1, END, 2, keys, logs, List.of()),
                () -> new TrustRoot(ORIGIN, 1, END, 1, List.of(key(0), key(0)), logs, List.of()),
                () -> new TrustRoot(ORIGIN, 1, END, 1, keys, List.of(), List.of()),
                () -> new TrustRoot(ORIGIN, 1, END, 1, List.of(key(0), key(5)), logs, List.of()),
                () -> new TrustRoot("other", 1, END, 1, keys, logs, List.of()),
                () -> new TrustRoot(ORIGIN, 1, END.plusMillis(1), 1, keys, logs, List.of()),
                () -> new TrustRoot(ORIGIN, 1, END, 1, keys, logs, List.of("nonsense")));
        all.forEach(one -> assertThatThrownBy(one).isInstanceOf(IllegalArgumentException.class));
    }

    /** Whatever is altered: refused in words, or the same root. */
    @Test
    void noAlteredDocumentPassesForAnother() {
        long seed = Long.getLong("cloister.seed", System.nanoTime());
        Random random = new Random(seed);
        SignedRoot whole = signed(root(1, 2, 0, 1), 0, 1);
        String document = whole.document();
        for (int i = 0; i < 3_000; i++) {
            StringBuilder altered = new StringBuilder(document);
            for (int n = random.nextInt(3); n >= 0; n--) {
                int at = random.nextInt(altered.length());
                switch (random.nextInt(4)) {
                    case 0 -> altered.setCharAt(at, (char) random.nextInt(0x100));
                    case 1 -> altered.deleteCharAt(at);
                    case 2 -> altered.insert(at, altered.substring(at, Math.min(altered.length(), at + 40)));
                    default -> altered.setLength(Math.max(1, at));
                }
            }
            try {
                SignedRoot read = SignedRoot.parse(altered.toString());
                assertThat(read.document()).as("seed " + seed).isEqualTo(altered.toString());
                if (read.objection(null) == null) {
                    assertThat(read.root()).as("seed " + seed).isEqualTo(whole.root());
                }
            } catch (IllegalArgumentException expected) {
                assertThat(expected.getMessage()).as("seed " + seed).isNotBlank();
            }
        }
    }
}
