package org.cloister.repo.command;

import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent;
import org.cloister.events.HostId;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.Principal;
import org.cloister.events.RequestId;
import org.cloister.events.Role;
import org.cloister.events.RootName;
import org.cloister.events.TokenId;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Version;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.advisory.Provenance;
import org.cloister.repo.audit.Audit;
import org.cloister.repo.audit.AuditViews;
import org.cloister.repo.command.CommandService.ReportedEvent;
import org.cloister.repo.command.CommandService.SignedReport;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.log.InMemoryEventStore;
import org.cloister.repo.person.InMemoryKeyTable;
import org.cloister.repo.person.PersonKeys;
import org.cloister.repo.view.Catalog;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** A whole repository in memory. Its resolver knows no dependencies: a closure is the newest version of the package alone. */
public final class Repository implements AutoCloseable {
    public static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    public final EventStore store;
    public final EventCodec codec = new EventCodec();
    public final Views views;
    public final CommandService commands;
    public final Audit audit;
    public final Set<LayerId> pool = ConcurrentHashMap.newKeySet();
    public final PersonKeys people = InMemoryKeyTable.keys();
    private final ExecutorService executor = CommandExecutor.start();
    private final AtomicLong ids = new AtomicLong();
    private final Map<PackageName, TreeMap<Version, PackagePublished>> available = new ConcurrentHashMap<>();

    public Repository() {
        this(InMemoryEventStore.heavy(Clock.systemUTC(), 2));
    }

    public Repository(EventStore store) {
        this.store = store;
        this.views = Views.of(store, codec);
        AuditViews past = AuditViews.addedTo(views);
        this.audit = new Audit(store, codec, past, new Provenance(views.catalog(), views.mirrors()));
        views.catalog().listen(new Catalog.PublicationListener() {
            @Override
            public void available(PackagePublished version) {
                versions(version).put(version.id().version(), version);
            }

            @Override
            public void withdrawn(PackagePublished version) {
                versions(version).remove(version.id().version());
            }
        });
        this.commands = new EventSourcedCommands(
                store,
                codec,
                views,
                new EventSourcedCommands.Ports(
                        this::resolve, pool::contains, this::token, people, () -> NOW, executor));
        views.projection().start();
    }

    private Map<Version, PackagePublished> versions(PackagePublished version) {
        return available.computeIfAbsent(version.id().name(), name -> new TreeMap<>());
    }

    private CompletionStage<Resolver.Finding> resolve(PackageName name, @Nullable Version version, boolean recommends) {
        TreeMap<Version, PackagePublished> versions = available.getOrDefault(name, new TreeMap<>());
        PackagePublished found = version != null
                ? versions.get(version)
                : versions.isEmpty() ? null : versions.lastEntry().getValue();
        return CompletableFuture.completedFuture(
                found == null
                        ? new Resolver.Finding.Missing(
                                new Refusal(Rule.UNSATISFIABLE, name + " is not published", "publish it"))
                        : new Resolver.Finding.Found(found.id(), closure(found)));
    }

    private TokenSource.NewToken token() {
        long number = ids.incrementAndGet();
        String secret = "secret" + number;
        return new TokenSource.NewToken(
                new TokenId(String.format("t%09d", number)), Digest.ofText(secret), "clo_" + number + "_" + secret);
    }

    public static Closure closure(PackagePublished published) {
        return new Closure(List.of(new Closure.Member(published.id(), published.artifact(), published.layer())));
    }

    public static PackagePublished published(String name, String version) {
        Digest artifact = Digest.ofText(name + " " + version);
        return new PackagePublished(
                PackageId.of(name, version, "amd64"),
                artifact,
                100,
                new LayerId(Digest.ofText("layer of " + artifact)),
                "Package: " + name + "\nVersion: " + version + "\nArchitecture: amd64\nDescription: the " + name
                        + " package\n more\n",
                null);
    }

    public static Caller person(Role... roles) {
        return new Caller(new Principal("alice"), Set.of(roles), null);
    }

    public static Caller agent(HostId host) {
        return new Caller(new Principal("host/" + host), Set.of(Role.AGENT, Role.BUILDER), host);
    }

    public Request request(Caller caller) {
        return request(caller, "request-" + ids.incrementAndGet());
    }

    public static Request request(Caller caller, String id) {
        return new Request(caller, new RequestId(id), new CorrelationId("c-" + id));
    }

    public Request administrator() {
        return request(person(Role.ADMINISTRATOR));
    }

    public HostId enrol(String name, KeyPair key) {
        return accepted(commands.enrol(administrator(), enrolment(name, key)))
                .answer()
                .host();
    }

    public static Enrolment enrolment(String name, KeyPair key) {
        String encoded = Keys.publicKey(key);
        byte[] text = new Enrolment(name, encoded, "").signedText();
        return new Enrolment(name, encoded, Keys.sign(key, text));
    }

    static ReportedEvent reported(EventCodec codec, HostEvent event) {
        EventCodec.Encoded encoded = codec.encode(event);
        return new ReportedEvent(event, encoded.type(), encoded.payload());
    }

    public SignedReport report(HostId host, KeyPair key, HostEvent... events) {
        return signed(
                host,
                key,
                Stream.of(events).map(event -> reported(codec, event)).toList());
    }

    /** As an agent signs it, whatever is in it. */
    static SignedReport signed(HostId host, KeyPair key, List<ReportedEvent> reported) {
        byte[] text = ReportCommand.signedText(host, 1, reported);
        return new SignedReport(1, Keys.sign(key, text), reported);
    }

    public static Wanted wanted(String name) {
        return new Wanted(new PackageName(name), null, null);
    }

    public static Wanted wanted(String name, String version, String alias) {
        return new Wanted(new PackageName(name), Version.of(new PackageName(name), version), new RootName(alias));
    }

    public static <A> Outcome<A> await(CompletionStage<Outcome<A>> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("no outcome", e);
        }
    }

    public static <A> Outcome.Accepted<A> accepted(CompletionStage<Outcome<A>> stage) {
        if (await(stage) instanceof Outcome.Accepted<A> accepted) {
            return accepted;
        }
        throw new AssertionError("not accepted: " + await(stage));
    }

    public static Rule refused(CompletionStage<? extends Outcome<?>> stage) {
        Object outcome = stage.toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
        if (outcome instanceof Outcome.Refused<?> refused) {
            return refused.refusal().rule();
        }
        throw new AssertionError("not refused: " + outcome);
    }

    @Override
    public void close() {
        views.close();
        executor.shutdownNow();
    }
}
