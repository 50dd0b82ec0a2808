package org.cloister.repo.command;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.cloister.events.AccessEvent.RequestsRefused;
import org.cloister.events.AdvisoryEvent.AdvisoryImported;
import org.cloister.events.DeviceId;
import org.cloister.events.DistributionEvent;
import org.cloister.events.DistributionEvent.DistributionDefined;
import org.cloister.events.DistributionName;
import org.cloister.events.HoldName;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorEvent.MirrorIndexed;
import org.cloister.events.MirrorEvent.MirrorSyncFailed;
import org.cloister.events.MirrorEvent.MirrorSynchronized;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PersonId;
import org.cloister.events.PoolEvent.HoldPlaced;
import org.cloister.events.PoolEvent.RetentionChanged;
import org.cloister.events.Port;
import org.cloister.events.PortPolicy;
import org.cloister.events.Position;
import org.cloister.events.PublisherKeyId;
import org.cloister.events.RootName;
import org.cloister.events.SignaturePolicy;
import org.cloister.events.TokenId;
import org.cloister.events.TrustEvent.PublisherKeyRegistered;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.ClosureId;
import org.cloister.events.layer.InventoryVerdict;
import org.cloister.events.layer.LayerId;
import org.cloister.events.sign.DetachedSignature;
import org.cloister.events.sign.SignedRoot;
import org.cloister.repo.decide.HostPorts;
import org.cloister.repo.decide.MirrorDifference;
import org.cloister.repo.decide.SystemName;
import org.cloister.repo.decide.TrustDecider.OnlineKeys;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.person.PersonKeys;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** The commands on an event store, with its views. */
public final class EventSourcedCommands implements CommandService {
    private final PackageCommands packages;
    private final MirrorCommands mirrors;
    private final DistributionCommands distributions;
    private final AdvisoryCommands advisories;
    private final RegistryCommands registries;
    private final EnrolmentCommands enrolments;
    private final RootCommands roots;
    private final LeaseCommands leases;
    private final DeviceCommands devices;
    private final ReportCommand reports;
    private final InventoryCommand inventories;
    private final TokenCommands tokens;
    private final PersonCommands people;
    private final RefusalCommand refusals;
    private final PoolCommands pool;
    private final TrustCommands trust;

    /**
     * What else the commands need.
     *
     * @param executor runs what blocks; {@link CommandExecutor} is made for it
     */
    public record Ports(
            Resolver resolver,
            LayerPresence pool,
            TokenSource tokens,
            PersonKeys people,
            InstantSource clock,
            Executor executor) {}

    public EventSourcedCommands(EventStore store, EventCodec codec, Views views, Ports ports) {
        Streams streams = new Streams(store, codec);
        CommandRunner runner = new CommandRunner(store, streams, ports.executor());
        CurrentViews current = new CurrentViews(views.projection(), ports.executor());
        this.packages = new PackageCommands(runner, streams, ports.pool(), ports.clock());
        this.trust = new TrustCommands(runner, streams, ports.clock());
        this.mirrors = new MirrorCommands(runner, streams);
        this.distributions = new DistributionCommands(
                runner, streams, current, views.catalog(), views.distributions(), views.listings());
        this.advisories = new AdvisoryCommands(runner, streams);
        this.registries = new RegistryCommands(runner, streams, current, ports.pool());
        this.enrolments = new EnrolmentCommands(runner, streams, ports.tokens(), ports.clock());
        this.roots = new RootCommands(runner, streams, current, ports.resolver(), ports.pool());
        this.leases = new LeaseCommands(runner, streams);
        this.devices = new DeviceCommands(runner, streams);
        this.reports = new ReportCommand(runner, streams, ports.clock());
        this.inventories = new InventoryCommand(runner, streams);
        this.refusals = new RefusalCommand(runner, streams);
        this.pool = new PoolCommands(runner, streams, ports.pool(), ports.executor());
        this.tokens = new TokenCommands(runner, streams, current, views.tokens(), ports.tokens(), ports.clock());
        this.people = new PersonCommands(runner, streams, current, views.tokens(), views.people(), tokens, ports);
    }

    @Override
    public CompletionStage<Outcome<PackagePublished>> publish(
            Request request, PackagePublished publication, @Nullable DetachedSignature signature) {
        return packages.publish(request, publication, signature);
    }

    @Override
    public CompletionStage<Outcome<PublisherKeyId>> registerKey(Request request, PublisherKeyRegistered key) {
        return trust.register(request, key);
    }

    @Override
    public CompletionStage<Outcome<PublisherKeyId>> revokeKey(Request request, PublisherKeyId key, String reason) {
        return trust.revoke(request, key, reason);
    }

    @Override
    public CompletionStage<Outcome<SignaturePolicy>> changeSignatures(Request request, SignaturePolicy policy) {
        return trust.change(request, policy);
    }

    @Override
    public CompletionStage<Outcome<Integer>> publishRoot(Request request, SignedRoot root, OnlineKeys online) {
        return trust.publish(request, root, online);
    }

    @Override
    public CompletionStage<Outcome<PackageId>> yank(Request request, PackageId id, String reason) {
        return packages.yank(request, id, reason);
    }

    @Override
    public CompletionStage<Outcome<PackageId>> restore(Request request, PackageId id, String reason) {
        return packages.restore(request, id, reason);
    }

    @Override
    public CompletionStage<Outcome<MirrorDefined>> defineMirror(Request request, MirrorDefined definition) {
        return mirrors.define(request, definition);
    }

    @Override
    public CompletionStage<Outcome<MirrorSynchronized>> mirrorSynchronized(Request request, MirrorSynchronized result) {
        return mirrors.synchronize(request, result);
    }

    @Override
    public CompletionStage<Outcome<MirrorSyncFailed>> mirrorSyncFailed(Request request, MirrorSyncFailed result) {
        return mirrors.fail(request, result);
    }

    @Override
    public CompletionStage<Outcome<List<MirrorIndexed>>> mirrorsIndexed(Request request, List<MirrorDifference> found) {
        return mirrors.index(request, found);
    }

    @Override
    public CompletionStage<Outcome<DistributionEvent>> defineDistribution(
            Request request, DistributionDefined definition) {
        return distributions.define(request, definition);
    }

    @Override
    public CompletionStage<Outcome<DistributionEvent>> include(
            Request request, DistributionName name, List<PackageChoice> packages, @Nullable String component) {
        return distributions.include(request, name, packages, component);
    }

    @Override
    public CompletionStage<Outcome<DistributionEvent>> exclude(
            Request request, DistributionName name, List<PackageChoice> packages, String reason) {
        return distributions.exclude(request, name, packages, reason);
    }

    @Override
    public CompletionStage<Outcome<DistributionEvent>> promote(
            Request request, DistributionName from, DistributionName to, @Nullable Position asOf) {
        return distributions.promote(request, from, to, asOf);
    }

    @Override
    public CompletionStage<Outcome<DistributionEvent>> rollBackDistribution(
            Request request, DistributionName name, Position to, String reason) {
        return distributions.rollBack(request, name, to, reason);
    }

    @Override
    public CompletionStage<Outcome<AdvisoryImported>> importAdvisory(Request request, AdvisoryImported advisory) {
        return advisories.take(request, advisory);
    }

    @Override
    public CompletionStage<Outcome<RetentionChanged>> changeRetention(Request request, RetentionChanged wanted) {
        return pool.retain(request, wanted);
    }

    @Override
    public CompletionStage<Outcome<HoldPlaced>> hold(Request request, HoldPlaced wanted) {
        return pool.hold(request, wanted);
    }

    @Override
    public CompletionStage<Outcome<HoldName>> releaseHold(Request request, HoldName name, String reason) {
        return pool.release(request, name, reason);
    }

    @Override
    public CompletionStage<Outcome<LayerId>> configured(Request request, ClosureId closure, LayerId layer) {
        return registries.configured(request, closure, layer);
    }

    @Override
    public CompletionStage<Outcome<Map<SystemName, Integer>>> registerUsers(Request request, List<SystemName> names) {
        return registries.register(request, names);
    }

    @Override
    public CompletionStage<Outcome<Enrolled>> enrol(Request request, Enrolment enrolment) {
        return enrolments.enrol(request, enrolment);
    }

    @Override
    public CompletionStage<Outcome<HostId>> retire(Request request, HostId host, String reason) {
        return enrolments.retire(request, host, reason);
    }

    @Override
    public CompletionStage<Outcome<List<RootTarget>>> install(
            Request request, HostId host, List<Wanted> wanted, boolean upgrade) {
        return roots.install(request, host, wanted, upgrade);
    }

    @Override
    public CompletionStage<Outcome<List<Offer>>> shortage(
            Request request, HostId host, List<Wanted> wanted, List<RootName> names) {
        return roots.shortage(request, host, wanted, names);
    }

    @Override
    public CompletionStage<Outcome<List<RootTarget>>> upgrade(Request request, HostId host, List<RootName> names) {
        return roots.upgrade(request, host, names);
    }

    @Override
    public CompletionStage<Outcome<List<RootName>>> remove(Request request, HostId host, List<RootName> names) {
        return roots.remove(request, host, names);
    }

    @Override
    public CompletionStage<Outcome<List<RootTarget>>> rollback(Request request, HostId host, List<RootName> names) {
        return roots.rollback(request, host, names);
    }

    @Override
    public CompletionStage<Outcome<List<HostEvent>>> lease(
            Request request, HostId host, RootName root, PortSource source, List<Port> ports, HostPorts offered) {
        return leases.lease(request, host, root, source, ports, offered);
    }

    @Override
    public CompletionStage<Outcome<List<HostEvent>>> release(
            Request request, HostId host, RootName root, List<Port> ports) {
        return leases.release(request, host, root, ports);
    }

    @Override
    public CompletionStage<Outcome<List<HostEvent>>> changePortPolicy(Request request, HostId host, PortPolicy policy) {
        return leases.changePolicy(request, host, policy);
    }

    @Override
    public CompletionStage<Outcome<List<HostEvent>>> grantDevice(
            Request request, HostId host, RootName root, DeviceId device) {
        return devices.grant(request, host, root, device);
    }

    @Override
    public CompletionStage<Outcome<List<HostEvent>>> releaseDevice(
            Request request, HostId host, RootName root, @Nullable DeviceId device) {
        return devices.release(request, host, root, device);
    }

    @Override
    public CompletionStage<Outcome<Reported>> report(Request request, HostId host, SignedReport report) {
        return reports.report(request, host, report);
    }

    @Override
    public CompletionStage<Outcome<InventoryVerdict>> compareInventory(
            Request request, HostId host, SignedInventory inventory) {
        return inventories.compare(request, host, inventory);
    }

    @Override
    public CompletionStage<Outcome<IssuedToken>> issueToken(Request request, TokenOrder order) {
        return tokens.issue(request, order);
    }

    @Override
    public CompletionStage<Outcome<IssuedToken>> issuePersonToken(Request request, PersonTokenOrder order) {
        return people.issue(request, order);
    }

    @Override
    public CompletionStage<Outcome<PersonId>> erasePerson(Request request, ErasureOrder order) {
        return people.erase(request, order);
    }

    @Override
    public CompletionStage<Outcome<Integer>> refused(Request request, List<RequestsRefused> refusals) {
        return this.refusals.record(request, refusals);
    }

    @Override
    public CompletionStage<Outcome<TokenId>> revokeToken(Request request, TokenId token, String reason) {
        return tokens.revoke(request, token, reason);
    }
}
