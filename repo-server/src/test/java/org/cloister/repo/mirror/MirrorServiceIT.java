package org.cloister.repo.mirror;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.MirrorName;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.RequestId;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.command.Caller;
import org.cloister.repo.command.Outcome;
import org.cloister.repo.command.Repository;
import org.cloister.repo.command.Request;
import org.cloister.repo.deb.DebImporter;
import org.cloister.repo.decide.MirrorState;
import org.cloister.repo.pool.DirectoryPool;
import org.cloister.repo.turn.Turns;
import org.cloister.repo.upstream.OpenPgpSigner;
import org.cloister.repo.upstream.UpstreamSettings;
import org.cloister.repo.view.CatalogEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the definition in the log to the publication in the log. */
class MirrorServiceIT {
    private static final Instant DATE = Instant.parse("2025-05-01T00:00:00Z");
    private static final MirrorName NAME = new MirrorName("debian");
    private static final CorrelationId CORRELATION = new CorrelationId("test");

    @TempDir
    private Path directory;

    private final Repository repository = new Repository();
    private OpenPgpSigner key;
    private FakeArchive archive;
    private DirectoryPool pool;
    private ArtifactFetches fetches;
    private MirrorService service;

    @BeforeEach
    void open() throws Exception {
        key = OpenPgpSigner.ed25519(Instant.parse("2024-01-01T00:00:00Z"));
        archive = new FakeArchive("stable")
                .add("base", "1", "Essential: yes\n", new byte[10])
                .add("app", "1", "", new byte[20])
                .sign(key, DATE, Optional.empty());
        pool = DirectoryPool.open(directory.resolve("pool"), InstantSource.system());
        UpstreamSettings settings =
                new UpstreamSettings(Optional.empty(), 4, 3, Duration.ofMillis(10), Duration.ofSeconds(5));
        fetches = new ArtifactFetches(
                pool,
                settings,
                MirrorSync.arriving(directory.resolve("upstream")),
                repository.views.mirrors()::definition);
        MirrorSync sync = new MirrorSync(
                new DebImporter(),
                fetches,
                settings,
                directory.resolve("upstream"),
                InstantSource.fixed(DATE.plusSeconds(60)),
                new PooledEvidence(pool),
                Turns.ALONE);
        service = new MirrorService(sync, repository.commands, repository.views);
    }

    @AfterEach
    void close() throws Exception {
        service.close();
        archive.close();
        fetches.close();
        pool.close();
        repository.close();
    }

    private void define() throws Exception {
        Request request = new Request(Caller.system(), new RequestId("define"), CORRELATION);
        assertThat(repository
                        .commands
                        .defineMirror(
                                request,
                                archive.source("debian", key.armoredKey(), Optional.empty())
                                        .definition())
                        .toCompletableFuture()
                        .get(20, SECONDS))
                .isInstanceOf(Outcome.Accepted.class);
        repository.views.projection().current().toCompletableFuture().get(20, SECONDS);
    }

    private MirrorState state() {
        return requireNonNull(repository.views.mirrors().find(NAME));
    }

    private String lastLine(String... packages) throws IOException {
        SyncLines lines = requireNonNull(service.start(NAME, List.of(packages), false, Caller.system(), CORRELATION));
        String last = "";
        for (String line = lines.next(); line != null; line = lines.next()) {
            last = line;
        }
        lines.close();
        return last;
    }

    @Test
    void whatIsSynchronizedIsInTheLogWithItsMirror() throws Exception {
        define();
        assertThat(lastLine("app")).contains("\"done\":true").contains("\"published\":2");
        CatalogEntry app = requireNonNull(repository.views.catalog().find(new PackageName("app")));
        PackagePublished version = app.versions().get(0).event();
        assertThat(version.mirror()).isEqualTo(NAME);
        assertThat(pool.layer(version.layer())).isPresent();
        assertThat(requireNonNull(state().lastSync()).date()).isEqualTo(DATE);
        assertThat(lastLine("app")).contains("\"done\":true").contains("\"published\":0");
    }

    @Test
    void whatTheArchiveSignedIsKeptForProofs() throws Exception {
        define();
        lastLine("app");
        byte[] inRelease = archive.file("dists/stable/InRelease");
        byte[] index = archive.file("dists/stable/main/binary-amd64/Packages.xz");
        assertThat(requireNonNull(state().lastSync()).inRelease()).isEqualTo(Digest.of(inRelease));
        assertThat(pool.object(Digest.of(inRelease))).isPresent();
        assertThat(pool.object(Digest.of(index))).isPresent();
    }

    @Test
    void theLogRemembersHowNewTheArchiveWas() throws Exception {
        define();
        lastLine("app");
        archive.sign(key, DATE.minusSeconds(1), Optional.empty());
        assertThat(lastLine("app")).contains("urn:cloister:problem:rolled-back");
        assertThat(requireNonNull(state().lastFailure()).reason()).contains("old state");
    }

    @Test
    void aMirrorThatIsNotDefinedIsToldAtOnce() {
        assertThat(service.start(NAME, List.of("app"), false, Caller.system(), CORRELATION))
                .isNull();
    }
}
