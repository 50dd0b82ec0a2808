package org.cloister.repo.command;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.cloister.events.AccessEvent.RequestsRefused;
import org.cloister.events.AdvisoryEvent.AdvisoryImported;
import org.cloister.events.DeviceId;
import org.cloister.events.Digest;
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
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.ClosureId;
import org.cloister.events.layer.HostInventory;
import org.cloister.events.layer.InventoryVerdict;
import org.cloister.events.layer.LayerId;
import org.cloister.events.sign.DetachedSignature;
import org.cloister.events.sign.SignedRoot;
import org.cloister.repo.decide.HostPorts;
import org.cloister.repo.decide.MirrorDifference;
import org.cloister.repo.decide.SystemName;
import org.cloister.repo.decide.TrustDecider.OnlineKeys;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be asked of the repository. Thread-safe; returns at once and completes on a thread of its own. Roles are
 * checked here, whatever the edge checked before.
 *
 * <p>A stage completes exceptionally with an {@link java.io.IOException} if the log can't be reached; the same request id asked
 * again then tells what happened. What a caller can mend is a {@link Outcome.Refused}.
 */
public interface CommandService {
    /** The artifact and its layer are durable in the pool already. Answers what is published: the first one stays. */
    default CompletionStage<Outcome<PackagePublished>> publish(Request request, PackagePublished publication) {
        return publish(request, publication, null);
    }

    /** @param signature of an upload, by its publisher, which is verified before anything is recorded; null: there is none */
    CompletionStage<Outcome<PackagePublished>> publish(
            Request request, PackagePublished publication, @Nullable DetachedSignature signature);

    CompletionStage<Outcome<PublisherKeyId>> registerKey(Request request, PublisherKeyRegistered key);

    CompletionStage<Outcome<PublisherKeyId>> revokeKey(Request request, PublisherKeyId key, String reason);

    CompletionStage<Outcome<SignaturePolicy>> changeSignatures(Request request, SignaturePolicy policy);

    /**
     * Answers the version.
     *
     * @param online the keys that sign now
     */
    CompletionStage<Outcome<Integer>> publishRoot(Request request, SignedRoot root, OnlineKeys online);

    CompletionStage<Outcome<PackageId>> yank(Request request, PackageId id, String reason);

    CompletionStage<Outcome<PackageId>> restore(Request request, PackageId id, String reason);

    CompletionStage<Outcome<MirrorDefined>> defineMirror(Request request, MirrorDefined definition);

    CompletionStage<Outcome<MirrorSynchronized>> mirrorSynchronized(Request request, MirrorSynchronized result);

    CompletionStage<Outcome<MirrorSyncFailed>> mirrorSyncFailed(Request request, MirrorSyncFailed result);

    /** Records what complete indexes list now, of all mirrors or of none. Answers the ends. */
    CompletionStage<Outcome<List<MirrorIndexed>>> mirrorsIndexed(Request request, List<MirrorDifference> found);
    /** What is known of an advisory from now on; unchanged where that is known already. */
    CompletionStage<Outcome<AdvisoryImported>> importAdvisory(Request request, AdvisoryImported advisory);

    CompletionStage<Outcome<DistributionEvent>> defineDistribution(Request request, DistributionDefined definition);

    /**
     * Answers what was recorded, with the exact packages: a name without a version is its newest, for all architectures.
     *
     * @param component null: the distribution's first one
     */
    CompletionStage<Outcome<DistributionEvent>> include(
            Request request, DistributionName name, List<PackageChoice> packages, @Nullable String component);

    /** A name without a version is all versions of it. */
    CompletionStage<Outcome<DistributionEvent>> exclude(
            Request request, DistributionName name, List<PackageChoice> packages, String reason);

    /** @param asOf null: as {@code from} is when this is decided */
    CompletionStage<Outcome<DistributionEvent>> promote(
            Request request, DistributionName from, DistributionName to, @Nullable Position asOf);

    CompletionStage<Outcome<DistributionEvent>> rollBackDistribution(
            Request request, DistributionName name, Position to, String reason);

    /** Answers the layer that everyone uses: the first one that was offered. */
    CompletionStage<Outcome<LayerId>> configured(Request request, ClosureId closure, LayerId layer);

    /** Answers the ids of all names, new or not, in the order asked. At most {@value #MAX_NAMES} names. */
    CompletionStage<Outcome<Map<SystemName, Integer>>> registerUsers(Request request, List<SystemName> names);

    /** Names in one {@link #registerUsers}. */
    int MAX_NAMES = 1_000;

    CompletionStage<Outcome<Enrolled>> enrol(Request request, Enrolment enrolment);

    /** Its tokens end with it. */
    CompletionStage<Outcome<HostId>> retire(Request request, HostId host, String reason);

    /**
     * Resolves each package once, against what is published now, and asks the host to have it. Answers the roots that are
     * named, as they shall be.
     *
     * @param upgrade whether a root that holds another version of the package gets this one
     */
    CompletionStage<Outcome<List<RootTarget>>> install(
            Request request, HostId host, List<Wanted> packages, boolean upgrade);

    /**
     * Answers what mirrors have to fetch before {@link #install} of {@code packages}, or without these {@link #upgrade} of
     * {@code roots}, finds all in its place. Records nothing.
     */
    CompletionStage<Outcome<List<Offer>>> shortage(
            Request request, HostId host, List<Wanted> packages, List<RootName> roots);

    /** Brings roots to the newest version, never to an older one. Without roots: all of the host's. */
    CompletionStage<Outcome<List<RootTarget>>> upgrade(Request request, HostId host, List<RootName> roots);

    CompletionStage<Outcome<List<RootName>>> remove(Request request, HostId host, List<RootName> roots);

    CompletionStage<Outcome<List<RootTarget>>> rollback(Request request, HostId host, List<RootName> roots);

    /**
     * A root of the host wants ports; what can't be granted waits. Answers what was recorded.
     *
     * @param source with SHIPPED, {@code ports} are all that the root wants by itself
     * @param offered what the host can lease now
     */
    CompletionStage<Outcome<List<HostEvent>>> lease(
            Request request, HostId host, RootName root, PortSource source, List<Port> ports, HostPorts offered);

    /** These ports of a root are wanted no longer; without {@code ports}, all. Answers what was recorded. */
    CompletionStage<Outcome<List<HostEvent>>> release(Request request, HostId host, RootName root, List<Port> ports);

    /** Answers what was recorded. */
    CompletionStage<Outcome<List<HostEvent>>> changePortPolicy(Request request, HostId host, PortPolicy policy);

    /** A root may use a device, unless it is of an exclusive kind and another has it. Answers what was recorded. */
    CompletionStage<Outcome<List<HostEvent>>> grantDevice(Request request, HostId host, RootName root, DeviceId device);

    /** A root may use a device no longer; null: none of those that it has. Answers what was recorded. */
    CompletionStage<Outcome<List<HostEvent>>> releaseDevice(
            Request request, HostId host, RootName root, @Nullable DeviceId device);

    /**
     * Records what an agent reports. Reports that are refused are left out and told in the answer; if all are refused, the
     * outcome is the first refusal.
     */
    CompletionStage<Outcome<Reported>> report(Request request, HostId host, SignedReport report);

    /** Compares what an agent says that is on its disk with what its events tell, and records what differs, or that nothing does any more. */
    CompletionStage<Outcome<InventoryVerdict>> compareInventory(
            Request request, HostId host, SignedInventory inventory);

    CompletionStage<Outcome<IssuedToken>> issueToken(Request request, TokenOrder order);

    /** A token under the person's pseudonym, which they get with the first one. */
    CompletionStage<Outcome<IssuedToken>> issuePersonToken(Request request, PersonTokenOrder order);

    /**
     * Ends the person's access and destroys the key of their name, both before this is answered. The log stays as it is. Answers the
     * pseudonym; again is harmless.
     */
    CompletionStage<Outcome<PersonId>> erasePerson(Request request, ErasureOrder order);

    /** What the HTTP edge refused. Only the repository itself may say so. */
    CompletionStage<Outcome<Integer>> refused(Request request, List<RequestsRefused> refusals);

    /** How long content is kept from now on. */
    CompletionStage<Outcome<RetentionChanged>> changeRetention(Request request, RetentionChanged wanted);

    /** When this is answered, nothing of the target goes. */
    CompletionStage<Outcome<HoldPlaced>> hold(Request request, HoldPlaced wanted);

    CompletionStage<Outcome<HoldName>> releaseHold(Request request, HoldName name, String reason);

    CompletionStage<Outcome<TokenId>> revokeToken(Request request, TokenId token, String reason);

    /** What an agent sends: in {@code docs/protocol.md}, "Signatures of a host". {@code signature} is base64. */
    record SignedReport(long sequence, String signature, List<ReportedEvent> events) {
        public SignedReport {
            events = List.copyOf(events);
        }
    }

    /**
     * {@code docs/protocol.md}, "Inventory of a host". {@code signature} is base64.
     *
     * @param explained the inventory, where it was asked for
     */
    record SignedInventory(
            Position asOf,
            Digest digest,
            String signature,
            @Nullable HostInventory explained) {}

    /** {@code payload}: as the agent wrote and signed it, which an older agent may do in another way than this program would. */
    record ReportedEvent(HostEvent event, String type, String payload) {}
}
