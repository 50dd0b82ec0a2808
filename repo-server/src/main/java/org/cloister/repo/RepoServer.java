package org.cloister.repo;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import org.cloister.events.codec.EventCodec;
import org.cloister.repo.advisory.AdvisoriesView;
import org.cloister.repo.advisory.Provenance;
import org.cloister.repo.apt.Publisher;
import org.cloister.repo.apt.SigningKey;
import org.cloister.repo.apt.VerbatimFiles;
import org.cloister.repo.artifact.ArtifactImporter;
import org.cloister.repo.audit.Audit;
import org.cloister.repo.audit.AuditViews;
import org.cloister.repo.collect.CollectedContent;
import org.cloister.repo.collect.PoolCollector;
import org.cloister.repo.collect.PooledContent;
import org.cloister.repo.collect.RetentionView;
import org.cloister.repo.command.CatalogResolver;
import org.cloister.repo.command.CommandExecutor;
import org.cloister.repo.command.EventSourcedCommands;
import org.cloister.repo.command.MirrorOffers;
import org.cloister.repo.command.OffersAhead;
import org.cloister.repo.console.Console;
import org.cloister.repo.deb.DebImporter;
import org.cloister.repo.http.BearerToken;
import org.cloister.repo.http.RepositoryApi;
import org.cloister.repo.http.Surface;
import org.cloister.repo.log.LogAudit;
import org.cloister.repo.log.LogProofs;
import org.cloister.repo.log.PostgresEventStore;
import org.cloister.repo.mirror.ArtifactFetches;
import org.cloister.repo.mirror.MirrorService;
import org.cloister.repo.mirror.MirrorSync;
import org.cloister.repo.mirror.PooledEvidence;
import org.cloister.repo.person.ErasedKeys;
import org.cloister.repo.person.MasterKey;
import org.cloister.repo.person.People;
import org.cloister.repo.person.PersonKeys;
import org.cloister.repo.person.PostgresKeyTable;
import org.cloister.repo.pool.Pool;
import org.cloister.repo.pool.ShippedScripts;
import org.cloister.repo.postgres.DatabaseAccess;
import org.cloister.repo.postgres.EmbeddedPostgres;
import org.cloister.repo.postgres.PostgresDatabase;
import org.cloister.repo.postgres.SessionLock.Task;
import org.cloister.repo.rehash.Rehash;
import org.cloister.repo.rehash.RehashSchedule;
import org.cloister.repo.rehash.RehashView;
import org.cloister.repo.rehash.SteadyPace;
import org.cloister.repo.rpm.RpmImporter;
import org.cloister.repo.turn.Turns;
import org.cloister.repo.upstream.UpstreamSettings;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** One running repository: what is wired to what. */
public final class RepoServer implements AutoCloseable {
    private final Closing closing;
    private final RepositoryApi api;
    private final RepoServerConfig config;
    private final CompletableFuture<Void> carrying;

    private RepoServer(Closing closing, RepositoryApi api, RepoServerConfig config, CompletableFuture<Void> carrying) {
        this.closing = closing;
        this.api = api;
        this.config = config;
        this.carrying = carrying;
    }

    /**
     * Returns when it answers; Kafka may still be starting then. What was started before a failure is stopped.
     *
     * @param said gets a short line for each thing that a person wants to know
     */
    public static RepoServer start(RepoServerConfig config, Consumer<String> said) throws IOException {
        Closing closing = new Closing();
        boolean started = false;
        try {
            RepoServer server = start(config, closing, said);
            started = true;
            return server;
        } finally {
            if (!started) {
                closing.close();
            }
        }
    }

    /** Characters of closures' texts: thousands of small ones, hundreds of those of desktops. */
    private static final long REMEMBERED_CLOSURES = 16L * 1024 * 1024;

    private static RepoServer start(RepoServerConfig config, Closing closing, Consumer<String> said)
            throws IOException {
        Clock clock = Clock.systemUTC();
        EventCodec codec = EventCodec.remembering(REMEMBERED_CLOSURES);
        Sharing sharing = Sharing.of(config);
        StateDirectory state = closing.add("state", sharing.state(config.state()));
        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        CompletableFuture<Vertx> starting = Threads.start("vertx-start", () -> Metrics.vertx(metrics));

        PostgresDatabase database = closing.add("database", PostgresDatabase.open(database(config, state, closing)));
        PostgresEventStore store = closing.add("event store", sharing.store(database, clock));
        SecureRandom random = new SecureRandom();
        PersonKeys people =
                new PersonKeys(new PostgresKeyTable(database), masterKey(sharing, database, state, random), random);
        LogProofs proofs = closing.add("log", withKeys(sharing, database, store, state, config.name(), clock));
        proofs.requireWhole();
        Carrier carrier = new Carrier();
        CompletableFuture<Void> carrying = carrier.start(config, state, closing, database, store, said);
        Pool pool = closing.add("pool", sharing.pool(state.pool(), config.bucket(), clock));
        if (!sharing.shared()) {
            pool.garbage().settle(id -> store.find(id).isPresent());
        }

        ExecutorService executor = CommandExecutor.start();
        closing.add("commands", executor::shutdown);
        Views views = closing.add("views", Views.of(store, codec));
        CatalogResolver resolver = new CatalogResolver(
                config.architecture(),
                new ShippedScripts(pool)::isWithoutPostinst,
                new MirrorOffers(views.mirrors(), views.listings()));
        views.catalog().listen(resolver);
        AuditViews past = AuditViews.addedTo(views);
        views.projection().add(new OffersAhead(resolver, executor));
        AdvisoriesView advisories = new AdvisoriesView();
        views.projection().add(advisories);
        RehashView rehashes = new RehashView();
        views.projection().add(rehashes);
        views.projection().add(new ErasedKeys(people, executor));
        RetentionView retention = new RetentionView();
        views.projection().add(retention);
        views.projection().start();
        EventSourcedCommands commands = new EventSourcedCommands(
                store,
                codec,
                views,
                new EventSourcedCommands.Ports(
                        resolver, new PooledContent(pool), BearerToken.source(random), people, clock, executor));
        DebImporter importer = new DebImporter();
        UpstreamSettings upstream = UpstreamSettings.defaults().withProxy(config.proxy());
        ArtifactFetches fetches = closing.add(
                "artifact fetches",
                new ArtifactFetches(pool, upstream, sharing.arriving(state.mirrors()), views.mirrors()::definition));
        MirrorService mirrors = closing.add(
                "mirrors",
                new MirrorService(
                        new MirrorSync(
                                importer,
                                fetches,
                                upstream,
                                state.mirrors(),
                                clock,
                                new PooledEvidence(pool),
                                sharing.turns(database, Task.MIRRORS)),
                        commands,
                        views));
        LiveVitals vitals = new LiveVitals(
                new LiveVitals.Identity(proofs.key().name(), Version.text(), config.hasKafka()),
                database,
                store,
                views.projection(),
                carrier,
                rehashes,
                clock);
        Metrics.gauges(metrics, store, views.projection(), carrier);
        Metrics.rehashGauges(metrics, rehashes, clock);

        Waiting.join(views.projection().current());
        try (Turns.Turn turn = sharing.start(database)) {
            Waiting.join(views.projection().current());
            if (new AdminToken(state.adminToken(), commands, views.tokens(), clock).ensure()) {
                said.accept("The administrator's token is in " + state.adminToken());
            }
        }
        if (people.foreign() > 0) {
            said.accept("The names of " + people.foreign()
                    + " people can't be read: their keys are under another key than that in " + state.people()
                    + ". Restore that file from a backup.");
        }
        Publisher publisher = closing.add(
                "apt",
                Publisher.start(
                        state.apt(),
                        proofs.key().name(),
                        views,
                        new VerbatimFiles.Upstream(upstream, state.mirrors(), sharing.process()),
                        clock,
                        sharing.turns(database, Task.PUBLICATION)));
        Audit audit = new Audit(store, codec, past, new Provenance(views.catalog(), views.mirrors()));
        LogAudit logAudit = new LogAudit(database, proofs);
        Rehash rehash = new Rehash(logAudit, pool.scrub(new SteadyPace()), clock);
        closing.add(
                "rehash", RehashSchedule.start(rehash, rehashes, store, clock, sharing.turns(database, Task.REHASH)));
        Vertx vertx = Waiting.join(starting);
        closing.add("HTTP", () -> Waiting.join(vertx.close().toCompletionStage()));
        RepositoryApi api = closing.add(
                "API",
                listening(
                        vertx,
                        new RepositoryApi.Parts(
                                store,
                                views,
                                commands,
                                pool,
                                new ArtifactImporter(List.of(importer, new RpmImporter())),
                                mirrors,
                                publisher,
                                fetches,
                                proofs,
                                logAudit,
                                audit,
                                advisories,
                                new People(views.people(), people),
                                new RepositoryApi.Collecting(
                                        new PoolCollector(views, retention, pool, store, clock),
                                        retention,
                                        new CollectedContent(retention, pool),
                                        pool.scrub(bytes -> {})),
                                vitals,
                                metrics,
                                clock),
                        new Console(new Console.Parts(store, views, commands, audit, proofs, logAudit, clock)),
                        config));
        return new RepoServer(closing, api, config, carrying);
    }

    /** The log with its key, and beside that the key of what apt reads: both are made once. */
    private static LogProofs withKeys(
            Sharing sharing,
            PostgresDatabase database,
            PostgresEventStore store,
            StateDirectory state,
            String name,
            Clock clock)
            throws IOException {
        try (Turns.Turn turn = sharing.start(database)) {
            LogProofs proofs = LogProofs.open(database, store, state.log(), name);
            SigningKey.open(state.apt(), proofs.key().name(), clock.instant());
            return proofs;
        }
    }

    private static MasterKey masterKey(
            Sharing sharing, PostgresDatabase database, StateDirectory state, SecureRandom random) throws IOException {
        try (Turns.Turn turn = sharing.start(database)) {
            return MasterKey.open(state.people(), random);
        }
    }

    private static RepositoryApi listening(
            Vertx vertx, RepositoryApi.Parts parts, Surface console, RepoServerConfig config) throws IOException {
        try {
            return Waiting.join(RepositoryApi.start(
                            vertx,
                            parts,
                            new RepositoryApi.Settings(
                                    config.bind(),
                                    config.port(),
                                    config.uploadLimit(),
                                    config.tls(),
                                    config.requestRate()),
                            List.of(console))
                    .toCompletionStage());
        } catch (BindException e) {
            throw new IOException(
                    "nothing can listen on " + config.bind() + " port " + config.port() + " (" + e.getMessage()
                            + "): stop what listens there, or choose another with --port or --bind",
                    e);
        }
    }

    private static DatabaseAccess database(RepoServerConfig config, StateDirectory state, Closing closing)
            throws IOException {
        if (config.postgres().isPresent()) {
            return config.postgres().get();
        }
        EmbeddedPostgres postgres = closing.add("PostgreSQL", EmbeddedPostgres.start(state.postgres()));
        closing.add("PostgreSQL's supervision", Supervision.of("PostgreSQL", postgres::isAlive, postgres::restart));
        return postgres.access();
    }

    /** Where it answers. */
    public URI address() {
        return URI.create((config.tls().isPresent() ? "https" : "http") + "://" + config.bind() + ":" + api.port());
    }

    /** Calls {@code then} with null when events are carried to Kafka (or there is none), or with what keeps Kafka from starting; not if this ends before. */
    public void whenCarrying(Consumer<@Nullable Throwable> then) {
        CompletableFuture<Void> unused = carrying.whenComplete((done, failure) -> {
            if (!(failure instanceof CancellationException)) {
                then.accept(failure);
            }
        });
    }

    /** Stops everything in order, what was started last first. */
    @Override
    public void close() {
        closing.close();
    }
}
