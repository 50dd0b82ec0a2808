package org.cloister.repo.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.cloister.events.AccessEvent.TokenIssued;
import org.cloister.events.TokenId;
import org.cloister.repo.advisory.AdvisoriesView;
import org.cloister.repo.apt.Publisher;
import org.cloister.repo.artifact.ArtifactImporter;
import org.cloister.repo.audit.Audit;
import org.cloister.repo.collect.CollectedContent;
import org.cloister.repo.collect.PoolCollector;
import org.cloister.repo.collect.RetentionView;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.decide.AccessState.Issued;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.log.LogAudit;
import org.cloister.repo.log.LogProofs;
import org.cloister.repo.mirror.ArtifactFetches;
import org.cloister.repo.mirror.MirrorService;
import org.cloister.repo.person.People;
import org.cloister.repo.pool.Pool;
import org.cloister.repo.pool.PoolScrub;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** The whole HTTP surface over the repository's parts, listening. */
public final class RepositoryApi implements AutoCloseable {
    /** Reads of the database and of files. */
    private static final int READERS = 8;
    /** Imports use the processor; more at once only take memory. */
    private static final int IMPORTERS = 2;
    /** Requests that run or wait for a worker; each holds a connection that waits. */
    private static final int MAX_WAITING = 2_000;

    /** Synchronizations that are watched; each holds a thread while it works, and all but one wait. */
    private static final int WATCHERS = 16;
    /** A verification reads the whole log and holds a connection of the database. */
    private static final int VERIFIERS = 2;

    /** How long what was refused may be on its way to the log. */
    private static final long FLUSH_MILLIS = 2_000;

    private final Pools pools;
    private final Tail tail;
    private final RefusalLog refusals;
    private final int port;

    /** Index files of upstream archives and of past states, which take seconds; nobody else waits behind them. */
    private static final int FETCHERS = 8;

    private record Pools(Workers readers, Workers importers, Workers watchers, Workers verifiers, Workers fetchers)
            implements AutoCloseable {
        static Pools of(Vertx vertx) {
            return new Pools(
                    new Workers(vertx, "reader", READERS, MAX_WAITING),
                    new Workers(vertx, "importer", IMPORTERS, MAX_WAITING),
                    new Workers(vertx, "watcher", WATCHERS, WATCHERS),
                    new Workers(vertx, "verifier", VERIFIERS, VERIFIERS),
                    new Workers(vertx, "fetcher", FETCHERS, MAX_WAITING));
        }

        @Override
        public void close() {
            readers.close();
            importers.close();
            watchers.close();
            verifiers.close();
            fetchers.close();
        }
    }

    /** What the surface is for. The owner closes them after the surface. */
    public record Parts(
            EventStore store,
            Views views,
            CommandService commands,
            Pool pool,
            ArtifactImporter importer,
            MirrorService mirrors,
            Publisher publisher,
            ArtifactFetches fetches,
            LogProofs proofs,
            LogAudit logAudit,
            Audit audit,
            AdvisoriesView advisories,
            People people,
            Collecting collecting,
            Vitals vitals,
            PrometheusMeterRegistry metrics,
            InstantSource clock) {}

    /** What goes from the pool, by which rules, and what went. */
    public record Collecting(
            PoolCollector collector, RetentionView retention, CollectedContent collected, PoolScrub scrub) {}

    /**
     * Where it listens.
     *
     * @param port 0: the system chooses
     * @param uploadLimit bytes of one uploaded file
     * @param tls empty: without
     * @param requestRate requests of one caller in a second; 0: as many as there are
     */
    public record Settings(String bind, int port, long uploadLimit, Optional<TlsFiles> tls, int requestRate) {}

    private RepositoryApi(Pools pools, Tail tail, RefusalLog refusals, int port) {
        this.refusals = refusals;
        this.pools = pools;
        this.tail = tail;
        this.port = port;
    }

    /**
     * Completes when it answers.
     *
     * @param surfaces what else answers on the same port
     */
    public static Future<RepositoryApi> start(Vertx vertx, Parts parts, Settings settings, List<Surface> surfaces) {
        Pools pools = Pools.of(vertx);
        Tail tail = new Tail(
                parts.store(),
                task -> vertx.executeBlocking(
                                () -> {
                                    task.run();
                                    return true;
                                },
                                false)
                        .onFailure(e -> {}));
        Sightings sightings = new Sightings();
        Authenticator authenticator = new Authenticator(id -> valid(parts.views(), id), parts.clock(), sightings);
        Endpoints endpoints = endpoints(parts, settings, pools, tail);
        new FleetEndpoints(parts.audit(), parts.views(), sightings, pools.readers()).register(endpoints);
        new HostCommands(parts.commands(), parts.views(), authenticator).register(endpoints);
        ApiDocument document = ApiDocument.load();
        Admission admission = new Admission(
                document.operations(),
                authenticator,
                new RequestRates(settings.requestRate()),
                parts.views().projection()::current);
        RefusalLog refusals = new RefusalLog(RefusalLog.recorder(parts.commands()), parts.clock());
        long flushing = vertx.setPeriodic(FLUSH_MILLIS, timer -> refusals.flush());
        AptEndpoint apt = new AptEndpoint(new AptEndpoint.Parts(
                vertx,
                parts.views(),
                parts.publisher(),
                parts.pool(),
                parts.fetches(),
                parts.collecting().collected(),
                authenticator,
                refusals,
                pools.readers(),
                pools.fetchers(),
                parts.clock()));
        Surface.Means means =
                new Surface.Means(vertx, authenticator, tail, pools.readers(), pools.verifiers(), refusals);
        return ApiRouter.create(vertx, document, admission, refusals, endpoints.byOperation())
                .onSuccess(router -> surfaces.forEach(surface -> surface.mount(router, means)))
                .compose(router -> HttpEdge.listen(
                        vertx, request -> (AptEndpoint.isFor(request) ? apt : router).handle(request), settings))
                .map(port -> new RepositoryApi(pools, tail, refusals, port))
                .onFailure(failure -> vertx.cancelTimer(flushing));
    }

    /** A token that speaks for a host ends with it, whoever it was given to. */
    private static @Nullable TokenIssued valid(Views views, TokenId id) {
        Issued issued = views.tokens().find(id);
        return issued == null
                        || issued.revokedFor() != null
                        || views.hosts().isRetired(issued.event().host())
                ? null
                : issued.event();
    }

    private static Endpoints endpoints(Parts parts, Settings settings, Pools pools, Tail tail) {
        Endpoints endpoints = new Endpoints();
        Workers readers = pools.readers();
        Spool spool = new Spool(parts.pool(), pools.importers(), settings.uploadLimit());
        new VitalEndpoints(parts.vitals(), parts.metrics(), readers).register(endpoints);
        new LogEndpoints(parts.store(), parts.proofs(), readers).register(endpoints);
        new PackageReads(parts.views(), readers).register(endpoints);
        new PackageCommands(parts.commands(), parts.views(), parts.importer(), parts.pool(), spool, parts.clock())
                .register(endpoints);
        new TrustEndpoints(parts.commands(), parts.views(), readers).register(endpoints);
        new TrustRootEndpoints(
                        parts.commands(),
                        parts.views(),
                        parts.proofs(),
                        parts.publisher().key(),
                        readers,
                        parts.clock())
                .register(endpoints);
        new ContentEndpoints(parts.pool(), parts.collecting().collected(), readers).register(endpoints);
        new ContentUploads(parts.pool(), spool).register(endpoints);
        new RegistryReads(parts.views(), parts.pool(), readers).register(endpoints);
        new ClosureCommands(parts.commands()).register(endpoints);
        new MirrorEndpoints(parts.commands(), parts.mirrors(), parts.views(), pools.watchers()).register(endpoints);
        new DistributionCommands(parts.commands(), parts.views()).register(endpoints);
        new DistributionReads(parts.views(), parts.publisher(), readers).register(endpoints);
        new AccessCommands(parts.commands(), parts.views()).register(endpoints);
        new PeopleEndpoints(parts.commands(), parts.views(), parts.people(), readers).register(endpoints);
        new HostReads(parts.views(), readers).register(endpoints);
        new LeaseEndpoints(parts.commands(), parts.views(), readers).register(endpoints);
        new DeviceEndpoints(parts.commands(), parts.views(), readers).register(endpoints);
        new ServiceEndpoints(parts.views(), readers).register(endpoints);
        new EventEndpoints(parts.store(), tail, readers).register(endpoints);
        new AuditEndpoints(parts.audit(), parts.views(), readers).register(endpoints);
        new IntervalEndpoints(parts.audit(), parts.views(), parts.advisories(), readers).register(endpoints);
        new AdvisoryEndpoints(parts.commands(), parts.views(), parts.advisories(), spool, readers).register(endpoints);
        Collecting collecting = parts.collecting();
        new PoolEndpoints(collecting.collector(), collecting.scrub(), pools.verifiers(), pools.watchers())
                .register(endpoints);
        new HoldEndpoints(parts.commands(), parts.views(), collecting.retention(), readers).register(endpoints);
        new VerifyEndpoint(parts.logAudit(), parts.proofs(), pools.verifiers()).register(endpoints);
        return endpoints;
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** Wakes and ends those who wait; the listening sockets close with their Vert.x. */
    @Override
    public void close() {
        refusals.close();
        tail.close();
        pools.close();
    }
}
