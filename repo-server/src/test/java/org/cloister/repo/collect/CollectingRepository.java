package org.cloister.repo.collect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.cloister.events.ContentKind;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.HostId;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PoolEvent.RetentionChanged;
import org.cloister.events.Principal;
import org.cloister.events.RequestId;
import org.cloister.events.Role;
import org.cloister.events.TokenId;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Version;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.artifact.ImportResult.Imported;
import org.cloister.repo.command.Caller;
import org.cloister.repo.command.CommandExecutor;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.command.EventSourcedCommands;
import org.cloister.repo.command.Outcome;
import org.cloister.repo.command.Repository;
import org.cloister.repo.command.Request;
import org.cloister.repo.command.Resolver;
import org.cloister.repo.command.TokenSource;
import org.cloister.repo.deb.DebImporter;
import org.cloister.repo.deb.SampleDeb;
import org.cloister.repo.decide.PackageState;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.log.PostgresEventStore;
import org.cloister.repo.person.InMemoryKeyTable;
import org.cloister.repo.pool.DirectoryPool;
import org.cloister.repo.pool.PoolUse;
import org.cloister.repo.postgres.DatabaseAccess;
import org.cloister.repo.postgres.PostgresDatabase;
import org.cloister.repo.view.CatalogEntry;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** Commands, a real log and a real pool with its collector. A closure is the newest version of its package alone. */
final class CollectingRepository implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final AtomicLong REQUESTS = new AtomicLong();

    final Path directory;
    final PostgresDatabase database;
    final PostgresEventStore store;
    final DirectoryPool pool;
    final Views views;
    final RetentionView retention = new RetentionView();
    final CommandService commands;
    final PoolCollector collector;
    final CollectedContent collected;
    private final DebImporter importer;
    private final ExecutorService executor = CommandExecutor.start();

    CollectingRepository(Path directory, DatabaseAccess access) throws IOException {
        this(directory, access, store -> store);
    }

    /** @param collecting what the collector takes for the log */
    CollectingRepository(Path directory, DatabaseAccess access, UnaryOperator<EventStore> collecting)
            throws IOException {
        this.directory = directory;
        database = PostgresDatabase.open(access);
        store = PostgresEventStore.open(database, Clock.systemUTC());
        pool = DirectoryPool.open(directory, Clock.systemUTC());
        pool.garbage().settle(id -> store.find(id).isPresent());
        EventCodec codec = new EventCodec();
        views = Views.of(store, codec);
        views.projection().add(retention);
        views.projection().start();
        commands = new EventSourcedCommands(
                store,
                codec,
                views,
                new EventSourcedCommands.Ports(
                        this::resolve,
                        new PooledContent(pool),
                        CollectingRepository::token,
                        InMemoryKeyTable.keys(),
                        Clock.systemUTC(),
                        executor));
        importer = new DebImporter();
        collector = new PoolCollector(views, retention, pool, collecting.apply(store), Clock.systemUTC());
        collected = new CollectedContent(retention, pool);
    }

    private CompletableFuture<Resolver.Finding> resolve(
            PackageName name, @Nullable Version version, boolean recommends) {
        CatalogEntry entry = views.catalog().find(name);
        List<PackageState.Published> found = entry == null
                ? List.of()
                : entry.versions().stream()
                        .filter(each -> !each.yanked())
                        .filter(each ->
                                version == null || each.event().id().version().equals(version))
                        .toList();
        return CompletableFuture.completedFuture(
                found.isEmpty()
                        ? new Resolver.Finding.Missing(
                                new Refusal(Rule.UNSATISFIABLE, name + " isn't there", "publish it"))
                        : new Resolver.Finding.Found(
                                found.get(0).event().id(),
                                Repository.closure(found.get(0).event())));
    }

    private static TokenSource.NewToken token() {
        String text = String.format("t%09d", REQUESTS.incrementAndGet());
        return new TokenSource.NewToken(new TokenId(text), Digest.ofText(text), "clo_" + text + "_secret");
    }

    static Caller administrator() {
        return new Caller(new Principal("alice"), Set.of(Role.ADMINISTRATOR), null);
    }

    Request request() {
        return new Request(
                administrator(), new RequestId("request-" + REQUESTS.incrementAndGet()), new CorrelationId("c-1"));
    }

    static byte[] deb(String name, String version, String shared) {
        return new SampleDeb()
                .control("Package: " + name + "\nVersion: " + version
                        + "\nArchitecture: all\nMaintainer: A <a@example.org>\nDescription: made for a test\n")
                .file("./usr/share/" + name + "/own", name + " " + version)
                .file("./usr/share/" + name + "/shared", shared)
                .bytes();
    }

    /** As the HTTP edge does it. Acknowledged on return. */
    PackagePublished publish(byte[] deb) throws IOException {
        Path spooled = Files.write(pool.newSpoolFile(), deb);
        try (PoolUse use = pool.use()) {
            Imported imported = (Imported) importer.importFile(spooled, Optional.empty(), use);
            PackagePublished wanted = new PackagePublished(
                    imported.id(),
                    imported.artifact(),
                    imported.artifactSize(),
                    imported.layer(),
                    imported.control(),
                    null);
            Outcome<PackagePublished> outcome = await(commands.publish(request(), wanted));
            if (outcome instanceof Outcome.Accepted<PackagePublished> accepted) {
                return accepted.answer();
            }
            if (outcome instanceof Outcome.Unchanged<PackagePublished> unchanged) {
                return unchanged.answer();
            }
            throw new AssertionError("not published: " + outcome);
        } finally {
            Files.delete(spooled);
        }
    }

    void yank(PackageId id) {
        Repository.accepted(commands.yank(request(), id, "made for a test"));
    }

    void retain(int days, int rollbacks) {
        await(commands.changeRetention(request(), new RetentionChanged(days, rollbacks)));
        current();
    }

    HostId enrol(String name, KeyPair key) {
        return Repository.accepted(commands.enrol(request(), Repository.enrolment(name, key)))
                .answer()
                .host();
    }

    void current() {
        try {
            views.projection().current().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the views don't follow", e);
        }
    }

    private static <A> Outcome<A> await(java.util.concurrent.CompletionStage<Outcome<A>> stage) {
        return Repository.await(stage);
    }

    /** Without any grace. */
    Collection collect() throws IOException {
        return collect(Duration.ZERO);
    }

    Collection collect(Duration grace) throws IOException {
        return collector.collect(new Principal("alice"), new CorrelationId("c-2"), grace, CollectionListener.NONE);
    }

    /** As if all had come so long ago. */
    void age(Duration by) throws IOException {
        FileTime then = FileTime.from(Instant.now().minus(by));
        for (String kind : List.of("artifacts", "layers", "objects")) {
            try (Stream<Path> files = Files.walk(directory.resolve(kind))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.setLastModifiedTime(file, then);
                }
            }
        }
    }

    /** Past the lookups, which would spare it. */
    boolean has(ContentKind kind, Digest digest) {
        return Files.exists(directory.resolve(kind.text() + "s/" + digest.hex().substring(0, 2) + "/" + digest.hex()));
    }

    /** What of a publication isn't there. */
    List<String> missing(PackagePublished event) throws IOException {
        List<String> missing = new ArrayList<>();
        if (!has(ContentKind.ARTIFACT, event.artifact())) {
            missing.add("artifact of " + event.id());
        }
        if (!has(ContentKind.LAYER, event.layer().digest())) {
            missing.add("layer of " + event.id());
        }
        pool.garbage().objects(event.layer(), object -> {
            if (!has(ContentKind.OBJECT, object)) {
                missing.add("object " + object + " of " + event.id());
            }
        });
        return missing;
    }

    /** Objects that layers of the pool name and the pool hasn't got. */
    List<String> torn() throws IOException {
        List<String> torn = new ArrayList<>();
        List<LayerId> layers = new ArrayList<>();
        pool.garbage().each(ContentKind.LAYER, file -> layers.add(new LayerId(file.digest())));
        for (LayerId layer : layers) {
            pool.garbage().objects(layer, object -> {
                if (!has(ContentKind.OBJECT, object)) {
                    torn.add(object + " of " + layer);
                }
            });
        }
        return torn;
    }

    TreeMap<ContentKind, Set<Digest>> content() throws IOException {
        TreeMap<ContentKind, Set<Digest>> content = new TreeMap<>();
        for (ContentKind kind : ContentKind.values()) {
            Set<Digest> digests = new HashSet<>();
            pool.garbage().each(kind, file -> digests.add(file.digest()));
            content.put(kind, digests);
        }
        return content;
    }

    @Override
    public void close() throws IOException {
        views.close();
        executor.shutdownNow();
        pool.close();
        store.close();
        database.close();
    }
}
