package org.cloister.agent.integrity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.cloister.agent.fake.FakeLog;
import org.cloister.agent.fake.FakePool;
import org.cloister.agent.fake.FakeRepository;
import org.cloister.agent.fake.NoMount;
import org.cloister.agent.image.HostImage;
import org.cloister.agent.mount.UnionControl.Damage;
import org.cloister.agent.mount.UnionControl.DamageNews;
import org.cloister.agent.remote.Connection;
import org.cloister.agent.remote.Repository;
import org.cloister.agent.report.HostKey;
import org.cloister.agent.report.ReportSender;
import org.cloister.agent.report.Reports;
import org.cloister.agent.state.AgentDatabase;
import org.cloister.agent.store.DamageBook;
import org.cloister.agent.store.LayerFetch;
import org.cloister.agent.store.ObjectStore;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent.IntegrityRestored;
import org.cloister.events.HostEvent.IntegrityViolated;
import org.cloister.events.RecordedEvent;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage that the file system tells of, against a repository in memory. */
class ObjectRepairTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String CONTENT = "shipped";
    private static final Digest OBJECT = Digest.ofText(CONTENT);
    private static final DamageNews NEWS =
            new DamageNews("run", 1, List.of(new Damage(OBJECT, CONTENT.length(), false, "missing")));

    @TempDir
    Path temp;

    private final FakeLog log = new FakeLog();
    private final LinkedBlockingQueue<DamageNews> news = new LinkedBlockingQueue<>();
    private FakePool pool;
    private FakeRepository server;
    private final NoMount union = new NoMount();
    private final List<AutoCloseable> open = new ArrayList<>();
    private ObjectStore store;
    private Incidents incidents;
    private ObjectRepair repair;

    @BeforeEach
    void begin() throws IOException, InterruptedException {
        pool = new FakePool(temp.resolve("pool"));
        server = new FakeRepository(pool, log, 0);
        union.damage = (run, after, wait) -> {
            try {
                DamageNews next = news.poll(Math.min(100, wait.toMillis()), TimeUnit.MILLISECONDS);
                return next == null ? new DamageNews(run, after, List.of()) : next;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        };
        start();
    }

    private void start() throws IOException, InterruptedException {
        Path state = Files.createDirectories(temp.resolve("state"));
        HostKey key = HostKey.at(state.resolve("key.pem"));
        Repository repository = new Repository(new Connection(server.uri(), "t"));
        AgentDatabase database = AgentDatabase.open(state.resolve("agent.db"));
        store = new ObjectStore(state);
        ReportSender sender = new ReportSender(database, repository, key.host());
        incidents = new Incidents(
                database, new Reports(key, key.host()), union, store, () -> HostImage.EMPTY, sender::wake);
        repair = new ObjectRepair(union, new LayerFetch(store, repository, DamageBook.NONE), incidents);
        sender.start();
        repair.start();
        open.add(repair);
        open.add(sender);
        open.add(database);
    }

    private void stop() throws Exception {
        for (AutoCloseable part : open) {
            part.close();
        }
        open.clear();
    }

    @AfterEach
    void end() throws Exception {
        stop();
        server.close();
    }

    private List<Object> events() {
        EventCodec codec = new EventCodec();
        List<Object> events = new ArrayList<>();
        for (RecordedEvent recorded : log.all()) {
            events.add(codec.decode(recorded));
        }
        return events;
    }

    private void awaitEvents(Object... expected) {
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(events()).containsExactly(expected));
    }

    private static IntegrityViolated violated() {
        return new IntegrityViolated(OBJECT, null, "", "missing");
    }

    @Test
    void aManifestIsFetchedAgainAsOne() throws Exception {
        LayerId layer = pool.layer(Manifest.of(List.of()));
        news.add(new DamageNews("run", 1, List.of(new Damage(layer.digest(), 7, true, "differs from its digest"))));
        awaitEvents(
                new IntegrityViolated(layer.digest(), null, "", "differs from its digest"),
                new IntegrityRestored(layer.digest()));
        assertThat(store.isIntact(layer)).isTrue();
    }

    @Test
    void whatIsFoundIsFetchedAgainAndBothAreReportedOnce() throws Exception {
        pool.object(CONTENT.getBytes(StandardCharsets.UTF_8));
        news.add(NEWS);
        news.add(NEWS);
        awaitEvents(violated(), new IntegrityRestored(OBJECT));
        assertThat(store.damage(OBJECT)).isNull();
        assertThat(union.checked).as("the file system looks again").contains(OBJECT);
        assertThat(repair.problem()).isNull();
    }

    @Test
    void whileTheRepositoryIsAwayItWaitsOverARestartAndTellsWhy() throws Exception {
        pool.object(CONTENT.getBytes(StandardCharsets.UTF_8));
        server.down = true;
        news.add(NEWS);
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(repair.problem()).contains("1 damaged"));
        stop();
        assertThat(events()).isEmpty();
        start();
        assertThat(incidents.open(10)).hasSize(1);
        news.add(new DamageNews("another run", 1, NEWS.damaged()));
        Awaitility.await().atMost(LIMIT).until(news::isEmpty);
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(repair.problem()).contains("1 damaged"));
        server.down = false;
        awaitEvents(violated(), new IntegrityRestored(OBJECT));
        assertThat(incidents.open(10)).isEmpty();
    }

    @Test
    void whatTheRepositoryLacksStaysOnRecordAndIsSaid() throws Exception {
        news.add(NEWS);
        awaitEvents(violated());
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(repair.problem()).contains("no intact copy"));
        pool.object(CONTENT.getBytes(StandardCharsets.UTF_8));
        awaitEvents(violated(), new IntegrityRestored(OBJECT));
    }

    @Test
    void damageThatComesBackIsAnotherIncident() throws Exception {
        pool.object(CONTENT.getBytes(StandardCharsets.UTF_8));
        news.add(NEWS);
        awaitEvents(violated(), new IntegrityRestored(OBJECT));
        news.add(new DamageNews("run", 2, NEWS.damaged()));
        awaitEvents(violated(), new IntegrityRestored(OBJECT), violated(), new IntegrityRestored(OBJECT));
    }
}
