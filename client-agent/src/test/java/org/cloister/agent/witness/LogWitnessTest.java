package org.cloister.agent.witness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.cloister.agent.command.LogFixture;
import org.cloister.agent.report.HostKey;
import org.cloister.agent.report.Reports;
import org.cloister.agent.state.AgentDatabase;
import org.cloister.events.HostId;
import org.cloister.events.log.NoteKey;
import org.cloister.events.sign.Ed25519Key;
import org.cloister.events.sign.SignedRoot;
import org.cloister.events.sign.TrustRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a witness saw stays; what contradicts it is refused, kept as evidence, reported once, and an alarm. */
class LogWitnessTest {
    @TempDir
    private Path directory = Path.of("");

    private final AtomicInteger woken = new AtomicInteger();
    private LogFixture shown;
    private String epoch = "1";
    private Instant now = Instant.EPOCH;
    private @Nullable Instant stamped = Instant.EPOCH;
    private int lastRoot = -1;
    private final List<String> roots = new ArrayList<>();
    private AgentDatabase database;
    private LogWitness witness;

    @BeforeEach
    void open() throws Exception {
        shown = new LogFixture(5);
        database = AgentDatabase.open(directory.resolve("agent.db"));
        HostKey key = HostKey.at(directory.resolve("key.pem"));
        witness = new LogWitness(
                new Shown(),
                database,
                new Reports(key, new HostId("h-0123456789abcdef")),
                woken::incrementAndGet,
                directory.resolve("evidence"),
                () -> now);
    }

    @AfterEach
    void close() throws IOException {
        database.close();
    }

    private final class Shown implements WitnessedLog {
        @Override
        public String epoch() {
            return epoch;
        }

        @Override
        public String key() {
            return shown.key().text();
        }

        @Override
        public String checkpoint() {
            return shown.note();
        }

        @Override
        public List<byte[]> consistency(long from, long to) {
            return shown.consistencyFrom((int) from);
        }

        @Override
        public Optional<String> timeStamp() {
            int root = lastRoot >= 0 ? lastRoot : roots.size();
            return stamped == null ? Optional.empty() : Optional.of(shown.stamped(stamped, root));
        }

        @Override
        public Optional<String> root(int version) {
            return version > roots.size() ? Optional.empty() : Optional.of(roots.get(version - 1));
        }
    }

    private int evidence() throws IOException {
        Path kept = directory.resolve("evidence");
        if (!Files.isDirectory(kept)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(kept)) {
            return (int) files.count();
        }
    }

    private void expectQuiet() throws Exception {
        witness.look();
        assertThat(witness.problem()).isNull();
        assertThat(database.reports()).isZero();
    }

    private void expectAlarm(String words) throws Exception {
        witness.look();
        witness.look();
        assertThat(witness.problem()).contains(words).contains("cloister audit verify");
        assertThat(evidence()).isEqualTo(1);
        assertThat(database.reports()).isEqualTo(1);
        assertThat(database.firstReport().orElseThrow().body()).contains("LogContradicted");
        assertThat(woken).hasValue(1);
    }

    @Test
    void aLogThatGrowsIsTheSame() throws Exception {
        expectQuiet();
        expectQuiet();
        for (int size : List.of(6, 7, 8, 21, 300)) {
            shown = shown.grown(size);
            expectQuiet();
        }
    }

    private static final KeyPair OLD = pair();
    private static final KeyPair NEW = pair();
    private static final Instant END = Instant.ofEpochSecond(1_000);

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SignedRoot root(int version, NoteKey checkpoint, KeyPair offline, KeyPair... signers) {
        SignedRoot root = new SignedRoot(
                new TrustRoot(
                        checkpoint.name(),
                        version,
                        END,
                        1,
                        List.of(Ed25519Key.of(offline.getPublic())),
                        List.of(checkpoint),
                        List.of()),
                List.of());
        for (KeyPair signer : signers) {
            root = root.signedWith(Ed25519Key.of(signer.getPublic()), signer.getPrivate());
        }
        return root;
    }

    @Test
    void theFirstRootIsKeptAndTheNextFollowsByBothTheirKeys() throws Exception {
        roots.add(root(1, shown.key(), OLD, OLD).document());
        expectQuiet();
        roots.add(root(2, shown.key(), NEW, OLD, NEW).document());
        expectQuiet();
        shown = shown.grown(6);
        expectQuiet();
        roots.add(root(3, shown.key(), OLD, OLD).document());
        expectAlarm("doesn't follow: 0 of the root keys of version 2");
    }

    @Test
    void aRootOfOneWhoHasNotTheKeyOfTheLogThatIsKnownIsRefused() throws Exception {
        expectQuiet();
        roots.add(root(1, shown.key(), OLD, OLD).document());
        expectAlarm("didn't sign it");
        roots.set(0, shown.introduced(root(1, shown.key(), OLD, OLD)).document());
        witness.look();
        roots.add(root(2, shown.key(), NEW, OLD, NEW).document());
        shown = shown.grown(6);
        witness.look();
        assertThat(database.fact("trust-root").orElseThrow()).contains("version 2");
    }

    @Test
    void aLogWhoseKeyTheRootDoesNotNameIsRefused() throws Exception {
        NoteKey other = NoteKey.of(shown.key().name(), NEW.getPublic());
        roots.add(root(1, other, OLD, OLD).document());
        expectAlarm("not signed by the key");
    }

    @Test
    void aRepositoryThatIsKeptFromThisHostIsToldByItsTimeStamp() throws Exception {
        roots.add(root(1, shown.key(), OLD, OLD).document());
        expectQuiet();
        now = Instant.EPOCH.plus(Freshness.SKEW).plusSeconds(1);
        witness.look();
        assertThat(witness.problem()).contains("present state");
        now = Instant.EPOCH;
        lastRoot = 2;
        witness.look();
        assertThat(witness.problem()).contains("last trust root is version 2");
        lastRoot = -1;
        stamped = null;
        witness.look();
        assertThat(witness.problem()).contains("no time stamp");
        stamped = now;
        expectQuiet();
    }

    @Test
    void anExpiredRootIsToldUntilThereIsANewerOne() throws Exception {
        roots.add(root(1, shown.key(), OLD, OLD).document());
        expectQuiet();
        now = END;
        assertThat(witness.problem()).contains("trust root expired");
        assertThat(database.reports()).isZero();
    }

    @Test
    void aLogThatShrinksIsRefused() throws Exception {
        expectQuiet();
        shown = shown.grown(4);
        expectAlarm("has shrunk: this host saw 5 events, now it has 4");
    }

    @Test
    void aForkIsRefusedHoweverLongItIs() throws Exception {
        expectQuiet();
        shown = shown.forked(5);
        expectAlarm("rewritten or forked");
        shown = shown.forked(9);
        witness.look();
        assertThat(database.reports()).as("the same fork").isEqualTo(1);
    }

    @Test
    void aLogThatIsSignedByAnotherKeyIsRefused() throws Exception {
        expectQuiet();
        shown = new LogFixture(6);
        expectAlarm("not signed by the key");
    }

    @Test
    void theAlarmLastsOverARestartUntilAPersonRemovesTheEvidence() throws Exception {
        expectQuiet();
        LogFixture honest = shown;
        shown = honest.forked(5);
        witness.look();
        shown = honest.grown(6);
        witness.look();
        assertThat(witness.problem()).as("it did show another log once").isNotNull();
        try (Stream<Path> files = Files.list(directory.resolve("evidence"))) {
            for (Path file : files.toList()) {
                assertThat(Files.readString(file))
                        .contains("Kept:")
                        .contains("Shown:")
                        .contains(honest.note());
                Files.delete(file);
            }
        }
        witness.look();
        assertThat(witness.problem()).isNull();
    }

    @Test
    void aLogThatSaysItWasRestoredIsReportedAndThenFollowed() throws Exception {
        expectQuiet();
        shown = shown.grown(3);
        epoch = "2";
        expectAlarm("has shrunk");
        shown = shown.grown(4);
        witness.look();
        assertThat(database.reports()).isEqualTo(1);
    }
}
