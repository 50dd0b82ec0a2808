package org.cloister.agent.follow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.cloister.agent.fake.FakeLog;
import org.cloister.agent.fake.FakePool;
import org.cloister.agent.fake.FakeRepository;
import org.cloister.agent.image.HostImage;
import org.cloister.agent.report.HostKey;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.InstallationFailed;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RootName;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostFollowerTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    /** A request in a form that only the newer program knows. */
    private static final String UNKNOWN = "InstallWished";

    private static final UnaryOperator<RecordedEvent> PRESENT = UnaryOperator.identity();
    private static final UnaryOperator<RecordedEvent> NEWER =
            event -> event.type().equals(UNKNOWN)
                    ? new RecordedEvent(
                            event.position(),
                            event.stream(),
                            event.version(),
                            "InstallRequested",
                            event.schema(),
                            event.recordedAt(),
                            event.principal(),
                            event.correlation(),
                            event.payload())
                    : event;

    @TempDir
    Path temp;

    private final EventCodec codec = new EventCodec();
    private final FakeLog log = new FakeLog();
    private FakePool pool;
    private FakeRepository server;
    private HostId host;

    @BeforeEach
    void start() throws IOException {
        pool = new FakePool(temp.resolve("pool"));
        server = new FakeRepository(pool, log, 0);
        host = HostKey.at(Files.createDirectory(temp.resolve("one")).resolve("key.pem"))
                .host();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void afterARestoreTheHostEndsAtTheNewLogsStateAndNoWritableLayerIsDeleted() throws Exception {
        try (FollowedHost one = followed("one", PRESENT)) {
            install(host, "kept");
            await(() -> assertThat(outcomes(host)).hasSize(1));
            int backup = log.all().size();
            install(host, "lost");
            await(() -> assertThat(outcomes(host)).hasSize(2));

            restore(backup, "e2");

            await(() -> assertThat(one.roots()).containsExactly("kept"));
            await(() -> assertThat(one.situation.epoch()).isEqualTo("e2"));
            assertThat(one.union.forgotten).isEmpty();
            assertThat(one.situation.position()).isEqualTo(new Position(backup));
            assertThat(outcomes(host)).as("a replay reports nothing again").hasSize(1);
        }
    }

    @Test
    void afterARestoreAPositionMeansItsNewRequestOnly() throws Exception {
        try (FollowedHost one = followed("one", PRESENT)) {
            Position former = install(host, "lost");
            await(() -> assertThat(one.situation.outcome(former)).isNotNull());
            await(() -> assertThat(outcomes(host)).hasSize(1));
            await(() -> assertThat(one.queuedReports()).isZero());

            restore(0, "e2");
            await(() -> assertThat(one.situation.epoch()).isEqualTo("e2"));
            assertThat(one.situation.outcome(former)).isNull();

            assertThat(install(host, "new")).isEqualTo(former);
            await(() -> assertThat(one.roots()).containsExactly("new"));
            await(() -> assertThat(one.situation.outcome(former)).isInstanceOf(InstallationSucceeded.class));
        }
    }

    @Test
    void aRestoreDuringAStopIsSeenAtTheNextStart() throws Exception {
        try (FollowedHost one = followed("one", PRESENT)) {
            install(host, "lost");
            await(() -> assertThat(one.situation.position()).isEqualTo(new Position(2)));
        }
        restore(0, "e2");
        install(host, "new");
        try (FollowedHost one = followed("one", PRESENT)) {
            await(() -> assertThat(one.roots()).containsExactly("new"));
        }
    }

    @Test
    void anEventThatIsNotUnderstoodStopsItsHostBehindWhatCameBeforeAndNoOther() throws Exception {
        try (FollowedHost one = followed("one", PRESENT);
                FollowedHost two = followed("two", PRESENT)) {
            install(host, "before");
            Position poison = poison("wished");
            install(host, "after");
            install(two.host, "elsewhere");

            await(() -> assertThat(two.roots()).containsExactly("elsewhere"));
            await(() -> assertThat(one.situation.parked())
                    .startsWith(UNKNOWN + " at position " + poison)
                    .contains("upgrade"));
            await(() -> assertThat(one.roots()).containsExactly("before"));
            await(() -> assertThat(failures(host)).containsExactly(poison));
            assertThat(one.situation.position().value()).isLessThan(poison.value());
            assertThat(two.situation.parked()).isNull();
        }
        try (FollowedHost one = followed("one", PRESENT)) {
            await(() -> assertThat(one.situation.parked()).isNotNull());
            assertThat(one.queuedReports()).as("it is reported once").isZero();
            assertThat(one.roots()).containsExactly("before");
        }
        assertThat(failures(host)).hasSize(1);
    }

    @Test
    void aNewerProgramGoesOnAndWhatWasReportedAsFailedStaysSo() throws Exception {
        try (FollowedHost one = new FollowedHost(temp.resolve("one"), server, PRESENT, false)) {
            poison("wished");
            install(host, "after");
            await(() -> assertThat(one.queuedReports()).isEqualTo(1));
        }
        assertThat(failures(host)).as("the report is still on its way").isEmpty();

        try (FollowedHost newer = followed("one", NEWER)) {
            await(() -> assertThat(newer.roots()).containsExactly("after"));
            await(() -> assertThat(outcomes(host)).hasSize(2));
            assertThat(newer.situation.parked()).isNull();
            assertThat(newer.generations.current().orElseThrow().digest())
                    .as("as a replay has it")
                    .isEqualTo(replayed(NEWER).generation(Position.NONE).digest());
        }
    }

    @Test
    void aStoppedHostGoesOnWhenARestoreTookTheEventAway() throws Exception {
        try (FollowedHost one = followed("one", PRESENT)) {
            poison("wished");
            await(() -> assertThat(one.situation.parked()).isNotNull());
            await(() -> assertThat(failures(host)).hasSize(1));
            await(() -> assertThat(one.queuedReports()).isZero());

            restore(0, "e2");
            install(host, "new");

            await(() -> assertThat(one.roots()).containsExactly("new"));
            assertThat(one.situation.parked()).isNull();
        }
    }

    private FollowedHost followed(String name, UnaryOperator<RecordedEvent> program)
            throws IOException, InterruptedException {
        return new FollowedHost(temp.resolve(name), server, program, true);
    }

    /** A restored repository was away in between. */
    private void restore(int size, String epoch) {
        server.down = true;
        log.restore(size);
        server.epoch = epoch;
        server.down = false;
    }

    private Position install(HostId of, String root) throws IOException {
        return log.append(of, request(root));
    }

    private Position poison(String root) throws IOException {
        return log.append(host, UNKNOWN, codec.encode(request(root)).payload());
    }

    private InstallRequested request(String root) throws IOException {
        PackageId id = PackageId.of("p", "1", "amd64");
        byte[] text = root.getBytes(StandardCharsets.UTF_8);
        Manifest manifest = Manifest.of(
                List.of(ManifestEntry.file("name", 0644, 0, 0, FileTime.EPOCH, text.length, pool.object(text))));
        Closure closure = new Closure(List.of(pool.member(id, manifest, Map.of())));
        server.configured(
                closure.id(),
                pool.layer(Manifest.of(List.of(ManifestEntry.directory("etc", 0755, 0, 0, FileTime.EPOCH)))));
        return new InstallRequested(List.of(new RootTarget(new RootName(root), id, closure)));
    }

    private HostImage replayed(UnaryOperator<RecordedEvent> program) {
        HostImage image = HostImage.EMPTY;
        for (RecordedEvent recorded : log.all()) {
            image = image.evolve(recorded.position(), (HostEvent) codec.decode(program.apply(recorded)))
                    .image();
        }
        return image;
    }

    private List<HostEvent.Outcome> outcomes(HostId of) {
        return log.all().stream()
                .filter(event -> event.stream().toString().equals("host:" + of))
                .map(NEWER)
                .map(codec::decode)
                .filter(HostEvent.Outcome.class::isInstance)
                .map(HostEvent.Outcome.class::cast)
                .toList();
    }

    private List<Position> failures(HostId of) {
        return outcomes(of).stream()
                .filter(InstallationFailed.class::isInstance)
                .map(HostEvent.Outcome::request)
                .toList();
    }

    private static void await(ThrowingRunnable condition) {
        Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(20)).untilAsserted(condition);
    }
}
