package org.cloister.repo.mirror;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.cloister.events.ArtifactPolicy;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.HostId;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorEvent.MirrorIndexed;
import org.cloister.events.MirrorName;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.command.Caller;
import org.cloister.repo.command.CatalogResolver;
import org.cloister.repo.command.MirrorOffers;
import org.cloister.repo.command.Outcome;
import org.cloister.repo.command.Repository;
import org.cloister.repo.command.Request;
import org.cloister.repo.command.Resolver.Finding;
import org.cloister.repo.command.Resolver.Finding.Found;
import org.cloister.repo.command.Resolver.Finding.Offered;
import org.cloister.repo.deb.DebImporter;
import org.cloister.repo.listing.ListedPackage;
import org.cloister.repo.listing.Listing;
import org.cloister.repo.pool.DirectoryPool;
import org.cloister.repo.upstream.OpenPgpSigner;
import org.cloister.repo.upstream.UpstreamSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From an archive's complete indexes to listings in the log, and to artifacts when they are asked for. */
class IndexSyncIT {
    private static final Instant DATE = Instant.parse("2025-05-01T00:00:00Z");
    private static final Optional<Instant> NEVER = Optional.empty();
    private static final MirrorName NAME = new MirrorName("debian");
    private static final CorrelationId CORRELATION = new CorrelationId("test");
    private static final String IN_RELEASE = "/dists/stable/InRelease";

    @TempDir
    private Path directory;

    private final Repository repository = new Repository();
    private OpenPgpSigner key;
    private FakeArchive archive;
    private DirectoryPool pool;
    private ArtifactFetches fetches;
    private CatalogResolver resolver;
    private MirrorService service;
    private Instant now = DATE.plusSeconds(60);

    @BeforeEach
    void open() throws Exception {
        resolver = new CatalogResolver(
                new Architecture("amd64"),
                member -> false,
                new MirrorOffers(repository.views.mirrors(), repository.views.listings()));
        repository.views.catalog().listen(resolver);
        key = OpenPgpSigner.ed25519(Instant.parse("2024-01-01T00:00:00Z"));
        archive = new FakeArchive("stable").add("base", "1", "Essential: yes\n", new byte[10]);
        for (int i = 0; i < 300; i++) {
            archive.add("p" + i, "1", "Description: the package " + new Random(i).nextLong() + "\n", new byte[1]);
        }
        archive.sign(key, DATE, NEVER);
        pool = DirectoryPool.open(directory.resolve("pool"), InstantSource.system());
        UpstreamSettings settings =
                new UpstreamSettings(Optional.empty(), 4, 3, Duration.ofMillis(10), Duration.ofSeconds(1));
        Path upstream = directory.resolve("upstream");
        fetches = new ArtifactFetches(
                pool, settings, MirrorSync.arriving(upstream), repository.views.mirrors()::definition);
        MirrorSync sync = new MirrorSync(new DebImporter(), fetches, settings, upstream, () -> now);
        service = new MirrorService(sync, repository.commands, repository.views);
    }

    @AfterEach
    void close() throws Exception {
        service.close();
        fetches.close();
        archive.close();
        pool.close();
        repository.close();
    }

    private void define(ArtifactPolicy artifacts) throws Exception {
        define(archive.definition("debian", key.armoredKey(), artifacts));
    }

    private void define(MirrorDefined definition) throws Exception {
        Request request = new Request(Caller.system(), new RequestId("define-" + definition.hashCode()), CORRELATION);
        assertThat(repository
                        .commands
                        .defineMirror(request, definition)
                        .toCompletableFuture()
                        .get(20, SECONDS))
                .isInstanceOf(Outcome.Accepted.class);
        repository.views.projection().current().toCompletableFuture().get(20, SECONDS);
    }

    private String synchronizes() throws IOException {
        return last(requireNonNull(service.start(NAME, List.of(), false, Caller.system(), CORRELATION)));
    }

    private static String last(SyncLines lines) throws IOException {
        String last = "";
        for (String line = lines.next(); line != null; line = lines.next()) {
            last = line;
        }
        lines.close();
        return last;
    }

    private List<String> requestsOf(String... wordsOfThem) throws IOException {
        int before = archive.requests().size();
        assertThat(synchronizes()).contains(wordsOfThem);
        return List.copyOf(archive.requests().subList(before, archive.requests().size()));
    }

    private Listing listing() {
        return repository.views.listings().now(NAME);
    }

    private ListedPackage listed(String name, String version) {
        return requireNonNull(listing().find("main", PackageId.of(name, version, "all")));
    }

    @Test
    void theCompleteIndexIsListedAndThenOnlyTheDifference() throws Exception {
        define(ArtifactPolicy.ON_DEMAND);
        assertThat(synchronizes()).contains("\"listed\":301", "\"withdrawn\":0", "\"total\":301");
        Listing first = listing();
        Position firstAt = repository.views.listings().changed(NAME);
        assertThat(first.size()).isEqualTo(301);
        assertThat(pool.object(requireNonNull(first.indexed()).inRelease()))
                .as("the evidence is kept")
                .isPresent();
        assertThat(listed("p7", "1").stanza()).startsWith("Package: p7\n").contains("SHA256: ");

        archive.forget("p7").add("p8", "2", "", new byte[2]).sign(key, DATE.plusSeconds(1), NEVER);
        Position before = repository.store.head();
        assertThat(synchronizes()).contains("\"listed\":1", "\"withdrawn\":1", "\"total\":301");
        assertThat(repository.store.head().value() - before.value())
                .as("a page, what is withdrawn, the end")
                .isEqualTo(3);
        assertThat(listing().versions(new PackageName("p7"))).isEmpty();
        assertThat(listing().versions(new PackageName("p8"))).hasSize(2);
        assertThat(repository.views.listings().at(NAME, firstAt)).isSameAs(first);
        assertThat(repository.views.listings().at(NAME, new Position(firstAt.value() - 1)))
                .as("a synchronization is seen as a whole")
                .isSameAs(Listing.EMPTY);
    }

    @Test
    void anUnchangedArchiveCostsOneConditionalRequestAndNoEvent() throws Exception {
        define(ArtifactPolicy.ON_DEMAND);
        synchronizes();
        Position before = repository.store.head();
        assertThat(requestsOf("\"listed\":0", "\"total\":301")).containsExactly(IN_RELEASE);
        assertThat(repository.store.head()).isEqualTo(before);
    }

    @Test
    void aServerWithoutConditionalAnswersChangesNothing() throws Exception {
        define(ArtifactPolicy.ON_DEMAND);
        synchronizes();
        archive.forgetDates();
        Position before = repository.store.head();
        assertThat(requestsOf("\"listed\":0")).containsExactly(IN_RELEASE);
        assertThat(repository.store.head()).isEqualTo(before);
    }

    @Test
    void aMirrorThatIsDefinedAnewIsReadAnew() throws Exception {
        define(ArtifactPolicy.ON_DEMAND);
        synchronizes();
        archive.architectures("amd64", "arm64").sign(key, DATE, NEVER);
        define(ArtifactPolicy.ON_DEMAND);
        assertThat(synchronizes()).contains("\"listed\":301", "\"withdrawn\":0");
        assertThat(listed("p1", "1").architectures())
                .containsExactly(new Architecture("amd64"), new Architecture("arm64"));
        assertThat(listing().packages("main", new Architecture("arm64"))).hasSize(301);
    }

    @Test
    void patchesBringAChangedIndex() throws Exception {
        define(ArtifactPolicy.ON_DEMAND);
        synchronizes();
        archive.withDiffs().forget("p3").sign(key, DATE.plusSeconds(1), NEVER);
        archive.add("new", "1", "", new byte[3]).sign(key, DATE.plusSeconds(2), NEVER);
        List<String> asked = requestsOf("\"listed\":1", "\"withdrawn\":1");
        assertThat(asked).as(asked.toString()).hasSize(4).noneMatch(path -> path.contains("Packages.xz"));
        assertThat(asked).filteredOn(path -> path.endsWith(".gz")).hasSize(2);
        archive.forget("new").sign(key, DATE.plusSeconds(3), NEVER);
        assertThat(requestsOf("\"withdrawn\":1"))
                .as("from what patches made")
                .anyMatch(path -> path.endsWith("T-2.gz"));
    }

    @Test
    void patchesThatDoNotFitAreLeftAsideForTheWhole() throws Exception {
        define(ArtifactPolicy.ON_DEMAND);
        synchronizes();
        archive.withDiffs().forget("p3").sign(key, DATE.plusSeconds(1), NEVER);
        String patch = archive.named("T-0.gz").get(0);
        byte[] broken = archive.file(patch).clone();
        broken[broken.length / 2] ^= 1;
        archive.replace(patch, broken);
        assertThat(requestsOf("\"withdrawn\":1", "\"total\":300")).anyMatch(path -> path.contains("/by-hash/"));
    }

    @Test
    void anIndexThatIsCutAnywhereIsGoneOnWith() throws Exception {
        define(ArtifactPolicy.ON_DEMAND);
        String index = archive.named("main/binary-amd64/by-hash").get(0);
        int size = archive.file(index).length;
        int step = Math.max(1, size / 12);
        for (int at = 0, round = 1; at < size; at += step, round++) {
            archive.add("cut" + round, "1", "", new byte[1]).sign(key, DATE.plusSeconds(round), NEVER);
            String next = "dists/stable/main/binary-amd64/by-hash/SHA256/"
                    + Digest.of(archive.file("dists/stable/main/binary-amd64/Packages.xz"))
                            .hex();
            archive.cutOnce(next, at);
            List<String> asked = requestsOf("\"total\":" + (301 + round));
            if (at > 0) {
                assertThat(asked).contains("/" + next + " bytes=" + at + "-");
            }
        }
    }

    private void damage(String kept) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("upstream").resolve(kept))) {
            for (Path file : files.toList()) {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length / 2] ^= 1;
                Files.write(file, bytes);
            }
        }
    }

    @Test
    void whatTheDiskDamagedIsFetchedAgain() throws Exception {
        define(ArtifactPolicy.ON_DEMAND);
        synchronizes();
        damage("releases");
        assertThat(requestsOf("\"listed\":0", "\"total\":301"))
                .as("not modified, but not what was kept")
                .containsExactly(IN_RELEASE, IN_RELEASE);
        damage("indexes");
        define(ArtifactPolicy.CLOSURES);
        assertThat(requestsOf("\"listed\":0", "\"total\":301")).anyMatch(path -> path.contains("/by-hash/"));
    }

    @Test
    void aFrozenArchiveIsAnAlarmEvenIfItSaysThatNothingChanged() throws Exception {
        archive.sign(key, DATE, Optional.of(DATE.plusSeconds(3600)));
        define(ArtifactPolicy.ON_DEMAND);
        synchronizes();
        now = DATE.plusSeconds(3601);
        assertThat(synchronizes()).contains("urn:cloister:problem:expired").contains("no longer updated");
        assertThat(requireNonNull(repository.views.mirrors().find(NAME)).lastFailure())
                .isNotNull();
        assertThat(listing().size()).as("what was listed stays").isEqualTo(301);
    }

    @Test
    void anArchiveThatSignsNothingNewIsFrozenByTheMirrorsDefinition() throws Exception {
        MirrorDefined any = archive.definition("debian", key.armoredKey(), ArtifactPolicy.ON_DEMAND);
        define(new MirrorDefined(
                any.name(),
                any.url(),
                any.suite(),
                any.components(),
                any.architectures(),
                any.signedBy(),
                any.artifacts(),
                3));
        now = DATE.plus(Duration.ofDays(3));
        assertThat(synchronizes()).contains("\"done\":true");
        now = now.plusSeconds(1);
        assertThat(synchronizes()).contains("urn:cloister:problem:expired").contains("3 days");
    }

    @Test
    void anOlderStateIsRefusedAndNotKept() throws Exception {
        define(ArtifactPolicy.ON_DEMAND);
        synchronizes();
        archive.forget("p1").sign(key, DATE.minusSeconds(1), NEVER);
        assertThat(synchronizes()).contains("urn:cloister:problem:rolled-back");
        assertThat(synchronizes()).contains("urn:cloister:problem:rolled-back");
        archive.sign(key, DATE.plusSeconds(1), NEVER);
        assertThat(synchronizes()).contains("\"withdrawn\":1");
    }

    @Test
    void everythingIsFetchedIfThePolicySaysSo() throws Exception {
        for (int i = 3; i < 300; i++) {
            archive.forget("p" + i);
        }
        archive.sign(key, DATE.plusSeconds(1), NEVER);
        define(ArtifactPolicy.EVERYTHING);
        assertThat(synchronizes()).contains("\"total\":4", "\"published\":4");
        assertThat(repository.views.catalog().find(new PackageName("p2"))).isNotNull();
        assertThat(synchronizes()).contains("\"published\":0");
    }

    @Test
    void whatAClosureNeedsIsFetchedAndPublishedForWhoeverMayInstall() throws Exception {
        archive.add("app", "1", "Depends: p1\n", new byte[10]).sign(key, DATE.plusSeconds(1), NEVER);
        define(ArtifactPolicy.ON_DEMAND);
        synchronizes();
        Offered offered = (Offered) resolved("app");
        assertThat(offered.missing())
                .extracting(offer -> offer.listed().id().name().text())
                .containsExactlyInAnyOrder("app", "base", "p1");

        Caller agent = Repository.agent(new HostId("h-0123456789abcdef"));
        assertThat(last(service.fetch(offered.missing(), List.of("app"), agent, CORRELATION)))
                .contains("\"published\":3");
        Found found = (Found) resolved("app");
        assertThat(found.closure().packages()).hasSize(3);
        assertThat(requireNonNull(repository.views.catalog().find(new PackageName("app")))
                        .versions()
                        .get(0)
                        .event()
                        .mirror())
                .isEqualTo(NAME);
        assertThat(repository.store.readStream(StreamId.ofPackage("app"), 0, 10))
                .extracting(RecordedEvent::principal)
                .containsOnly(agent.principal());
        assertThat(last(service.fetch(offered.missing(), List.of("app"), agent, CORRELATION)))
                .as("a second asker finds all in its place")
                .contains("\"published\":0");
    }

    private Finding resolved(String name) {
        return resolver.resolve(new PackageName(name), null, false)
                .toCompletableFuture()
                .join();
    }

    @Test
    void manyAskersShareOneTransferAndReadOnlyWhatWasVerified() throws Exception {
        define(ArtifactPolicy.ON_DEMAND);
        synchronizes();
        ListedPackage wanted = listed("p5", "1");
        List<CompletableFuture<Fetched>> askers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            askers.add(fetches.fetch(NAME, wanted).toCompletableFuture());
        }
        for (CompletableFuture<Fetched> asker : askers) {
            Fetched.Stored stored = (Fetched.Stored) asker.get(20, SECONDS);
            assertThat(Digest.of(Files.readAllBytes(stored.blob().path()))).isEqualTo(wanted.artifact());
        }
        assertThat(archive.requests())
                .filteredOn(path -> path.endsWith(wanted.filename()))
                .hasSize(1);
    }

    @Test
    void anArchiveThatLiesBreaksOffOrHangsTellsEachAskerAndNothingIsServed() throws Exception {
        define(ArtifactPolicy.ON_DEMAND);
        synchronizes();
        ListedPackage lied = listed("p6", "1");
        byte[] good = archive.file(lied.filename());
        byte[] other = good.clone();
        other[other.length - 1] ^= 1;
        archive.replace(lied.filename(), other);
        assertThat(failure(lied).rule()).isEqualTo("wrong-content");
        assertThat(pool.artifact(lied.artifact())).isEmpty();
        archive.replace(lied.filename(), good);
        assertThat(fetches.fetch(NAME, lied).toCompletableFuture().get(20, SECONDS))
                .isInstanceOf(Fetched.Stored.class);

        ListedPackage hanging = listed("p9", "1");
        archive.stall(hanging.filename());
        CompletableFuture<Fetched> second = fetches.fetch(NAME, hanging).toCompletableFuture();
        assertThat(failure(hanging).rule()).isEqualTo("unreachable");
        assertThat(second.get(20, SECONDS)).isInstanceOf(Fetched.Failed.class);
        assertThat(pool.artifact(hanging.artifact())).isEmpty();

        ListedPackage gone = listed("p10", "1");
        archive.remove(gone.filename());
        assertThat(failure(gone).detail()).contains("p10");
    }

    private Fetched.Failed failure(ListedPackage wanted) throws Exception {
        return (Fetched.Failed)
                fetches.fetch(NAME, wanted).toCompletableFuture().get(20, SECONDS);
    }

    @Test
    void statesThatAreNoLongerKeptAreReadFromTheLog() throws Exception {
        define(ArtifactPolicy.CLOSURES);
        synchronizes();
        Position first = repository.views.listings().changed(NAME);
        for (int i = 1; i <= 61; i++) {
            archive.add("more", Integer.toString(i), "", new byte[1]).sign(key, DATE.plusSeconds(i), NEVER);
            assertThat(synchronizes()).contains("\"listed\":1");
        }
        Listing old = repository.views.listings().at(NAME, first);
        assertThat(old.size()).isEqualTo(301);
        assertThat(requireNonNull(old.indexed()))
                .isEqualTo(new MirrorIndexed(NAME, requireNonNull(old.indexed()).inRelease(), DATE, 301, 0, 301));
        assertThat(repository.views.listings().at(NAME, first.next()).size()).isEqualTo(301);
        assertThat(listing().size()).isEqualTo(362);
    }
}
