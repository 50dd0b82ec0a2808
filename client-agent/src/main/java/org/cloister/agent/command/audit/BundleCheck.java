package org.cloister.agent.command.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.cloister.events.Event;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.RollbackCompleted;
import org.cloister.events.HostEvent.RollbackRequested;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PackageEvent.PackageSigned;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RootName;
import org.cloister.events.WithheldPayload;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.codec.EventLine;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.log.Checkpoint;
import org.cloister.events.log.MerkleHash;
import org.cloister.events.log.MerkleProof;
import org.cloister.events.log.NoteKey;
import org.jspecify.annotations.Nullable;

/**
 * Checks each link of a bundle by its own means: the checkpoint by the log's key, events by their inclusion, a report by the closure
 * that was asked for, members by what was published, artifacts by the index that an archive's key signed. Believes nothing else. Used
 * once.
 */
public final class BundleCheck {
    private static final EventCodec CODEC = new EventCodec();

    private final Bundle bundle;
    private final NoteKey logKey;
    private final UpstreamLinks upstream;
    private final List<Link> links = new ArrayList<>();
    /** Only those whose inclusion is proved. */
    private final Map<Position, RecordedEvent> recorded = new TreeMap<>();

    private final Map<Position, Event> events = new TreeMap<>();

    /** @param archiveKeys armored; null: those of the mirrors' definitions, as the log has them */
    public BundleCheck(Bundle bundle, NoteKey logKey, @Nullable String archiveKeys) {
        this.bundle = bundle;
        this.logKey = logKey;
        this.upstream =
                new UpstreamLinks(bundle, archiveKeys, events, links, new PublisherLinks(recorded, events, links));
    }

    /** All links, in the order from the checkpoint to upstream. */
    public List<Link> run() {
        Checkpoint checkpoint;
        try {
            checkpoint = Checkpoint.parse(logKey.open(bundle.note()));
        } catch (IllegalArgumentException e) {
            links.add(Link.failed("checkpoint", "It is not signed by the log's key: " + e.getMessage() + "."));
            return links;
        }
        if (!checkpoint.origin().equals(logKey.name())) {
            links.add(Link.failed("checkpoint", "It is of another log: " + checkpoint.origin() + "."));
            return links;
        }
        links.add(
                Link.proved("checkpoint", "The key of " + logKey.name() + " signed " + checkpoint.size() + " events."));
        inclusion(checkpoint);
        Event subject = events.get(bundle.subject());
        if (!recorded.containsKey(bundle.subject())) {
            links.add(Link.failed("subject", "Event " + bundle.subject() + " is not proved to be in the log."));
            return links;
        }
        if (subject != null) {
            chain(subject);
        }
        return links;
    }

    private void inclusion(Checkpoint checkpoint) {
        for (Bundle.Proved proved : bundle.events()) {
            try {
                RecordedEvent event = EventLine.parse(proved.line());
                long position = event.position().value();
                boolean included = position >= 1
                        && position <= checkpoint.size()
                        && MerkleProof.includes(
                                position - 1,
                                checkpoint.size(),
                                MerkleHash.leaf(event.leafData()),
                                proved.path(),
                                checkpoint.root());
                if (included) {
                    recorded.put(event.position(), event);
                    if (!WithheldPayload.isIn(event)) {
                        events.put(event.position(), CODEC.decode(event));
                    }
                } else {
                    links.add(Link.failed(
                            "inclusion",
                            "Event " + position + " is not the one that the log has, or its proof is another's."));
                }
            } catch (IllegalArgumentException e) {
                links.add(Link.failed("inclusion", "An event can't be read: " + e.getMessage() + "."));
            }
        }
        links.add(Link.proved("inclusion", recorded.size() + " events stand in the signed log."));
    }

    private void chain(Event subject) {
        if (subject instanceof InstallationSucceeded success) {
            installed(success.request(), success.roots());
        } else if (subject instanceof RollbackCompleted rollback) {
            installed(rollback.request(), rollback.roots());
        } else if (subject instanceof InstallRequested || subject instanceof RollbackRequested) {
            targets(subject).values().forEach(target -> members(target, bundle.subject()));
        } else if (subject instanceof PackagePublished published) {
            upstream.check(Map.of(bundle.subject(), published));
        } else if (subject instanceof PackageSigned signed) {
            published(signed);
        }
    }

    /** A signature is of what was published before it. */
    private void published(PackageSigned signed) {
        Map<Position, PackagePublished> found = new TreeMap<>();
        events.forEach((position, event) -> {
            if (event instanceof PackagePublished one
                    && one.id().equals(signed.id())
                    && one.artifact().equals(signed.artifact())
                    && bundle.subject().isAfter(position)) {
                found.put(position, one);
            }
        });
        if (found.isEmpty()) {
            links.add(Link.notCovered("published " + signed.id(), "Its publication is not in the bundle."));
        }
        upstream.check(found);
    }

    private static Map<RootName, RootTarget> targets(@Nullable Event request) {
        List<RootTarget> roots = request instanceof InstallRequested install
                ? install.roots()
                : request instanceof RollbackRequested rollback ? rollback.roots() : List.of();
        Map<RootName, RootTarget> targets = new TreeMap<>();
        roots.forEach(target -> targets.put(target.root(), target));
        return targets;
    }

    /** What a host reported is what it was asked to have. */
    private void installed(Position request, List<RootOutcome> outcomes) {
        Event asked = events.get(request);
        if (asked == null) {
            links.add(Link.notCovered("requested", "The request at position " + request + " is not in the bundle."));
            return;
        }
        boolean sameHost =
                request.value() < bundle.subject().value() && Objects.equals(stream(request), stream(bundle.subject()));
        if (!sameHost || !(asked instanceof HostEvent)) {
            links.add(Link.failed("requested", "Event " + request + " is no request to the host that reported."));
            return;
        }
        Map<RootName, RootTarget> targets = targets(asked);
        for (RootOutcome outcome : outcomes) {
            RootTarget target = targets.get(outcome.root());
            String name = "requested " + outcome.root();
            if (target == null
                    || !target.requested().equals(outcome.requested())
                    || !target.closure().id().equals(outcome.closure())) {
                links.add(Link.failed(name, "The host reported another content than it was asked to have."));
                continue;
            }
            links.add(Link.proved(
                    name,
                    target.requested() + " with "
                            + target.closure().packages().size() + " packages was asked for at position " + request
                            + "."));
            members(target, request);
        }
    }

    private @Nullable Object stream(Position position) {
        RecordedEvent event = recorded.get(position);
        return event == null ? null : event.stream();
    }

    /** Each member is what was published under its name before. */
    private void members(RootTarget target, Position request) {
        Map<PackageId, Map.Entry<Position, PackagePublished>> published = new HashMap<>();
        events.forEach((position, event) -> {
            if (event instanceof PackagePublished one && position.value() < request.value()) {
                published.putIfAbsent(one.id(), Map.entry(position, one));
            }
        });
        Map<Position, PackagePublished> found = new TreeMap<>();
        for (Closure.Member member : target.closure().packages()) {
            Map.Entry<Position, PackagePublished> entry = published.get(member.id());
            String name = "published " + member.id();
            if (entry == null) {
                links.add(Link.notCovered(name, "Its publication is not in the bundle."));
            } else if (!entry.getValue().artifact().equals(member.artifact())
                    || !entry.getValue().layer().equals(member.layer())) {
                links.add(Link.failed(name, "Another artifact was published than the host was told to install."));
            } else {
                found.put(entry.getKey(), entry.getValue());
            }
        }
        links.add(Link.proved(
                "published in " + target.root(),
                found.size() + " of " + target.closure().packages().size()
                        + " packages are the artifacts that were published before."));
        upstream.check(found);
    }
}
