package org.cloister.repo.retention;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.cloister.events.Digest;
import org.cloister.events.HostId;
import org.cloister.events.MirrorName;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PoolEvent.HoldTarget;
import org.cloister.events.Position;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.ClosureId;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.decide.DistributionSnapshot;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.decide.PoolState.Hold;
import org.cloister.repo.retention.Reason.Why;
import org.jspecify.annotations.Nullable;

/**
 * All that may need content. What can be chosen in a retained state is that: states are retained from {@code days} before {@code now}
 * on, and where a hold is on a position. A distribution's own packages can be chosen in each state that has them; it needs no more than
 * its listings beside them.
 *
 * @param hosts every one, retired ones too
 * @param distributions of each, all of its states, newest first
 */
public record Evidence(
        RetentionState log,
        Map<HostId, HostState> hosts,
        Collection<? extends Iterable<DistributionSnapshot>> distributions,
        Instant now) {

    /** What the log doesn't say itself. Called on the asker's thread only; may block where the implementation does. */
    public interface Contents {
        /** The artifacts that a mirror listed as of a position. */
        Iterable<Digest> listed(MirrorName mirror, Position position);

        /** Null if no host was ever asked to have it. */
        @Nullable
        Closure closure(ClosureId id);

        ClosureId idOf(Closure closure);

        /** What a signed InRelease names; nothing if the pool hasn't got it. */
        Iterable<Digest> named(Digest inRelease);
    }

    /** What is needed by all of this, without the objects of layers ({@link Needs#inLayer}). */
    public Needs needs(Contents contents) {
        Needs needs = new Needs();
        needPackages(needs);
        needListings(needs, contents);
        HostNeeds ofHosts = new HostNeeds(needs, contents, log.configured());
        hosts.forEach(
                (id, state) -> ofHosts.need(id, state, log.rules().retention().rollbacks()));
        needHeld(needs, ofHosts);
        needConfigured(needs, contents);
        for (Digest inRelease : log.signed()) {
            needs.need(inRelease, new Reason(Why.SIGNED, "an archive's InRelease that an event names"));
            Reason reason = new Reason(Why.SIGNED, "the InRelease " + inRelease + " names it");
            contents.named(inRelease).forEach(file -> needs.need(file, reason));
        }
        for (RetentionState.Recorded record : log.records()) {
            needs.need(
                    record.event().manifest(),
                    new Reason(Why.RECORD, "the record of event " + record.at().position()));
        }
        return needs;
    }

    private Instant oldest() {
        return now.minus(Duration.ofDays(log.rules().retention().days()));
    }

    private void needPackages(Needs needs) {
        Instant oldest = oldest();
        Map<Position, Hold> positions = heldPositions();
        for (PackageLife life : log.packages().values()) {
            PackagePublished event = life.event();
            Occurrence ended = life.ended();
            if (ended == null) {
                need(needs, event, new Reason(Why.PUBLISHED, event.id() + " is published"));
                continue;
            }
            if (life.availableSince(oldest)) {
                need(
                        needs,
                        event,
                        new Reason(
                                Why.RETAINED,
                                event.id() + " was yanked at " + ended.at() + ", and states of the last "
                                        + log.rules().retention().days() + " days are retained"));
            }
            positions.forEach((position, hold) -> {
                if (life.availableAt(position)) {
                    need(needs, event, held(hold, event.id() + " was published at " + position));
                }
            });
            Reason yanked =
                    new Reason(Why.YANKED, event.id() + " was yanked at " + ended.at() + ": " + life.yankedFor());
            needs.former(event.artifact(), yanked);
            needs.former(event.layer().digest(), yanked);
        }
    }

    private static void need(Needs needs, PackagePublished event, Reason reason) {
        needs.need(event.artifact(), reason);
        needs.need(event.layer(), reason);
    }

    private static Reason held(Hold hold, String detail) {
        return new Reason(
                Why.HOLD,
                "hold " + hold.placed().name() + " on " + hold.placed().target() + ": " + detail);
    }

    private Map<Position, Hold> heldPositions() {
        Map<Position, Hold> positions = new HashMap<>();
        for (Hold hold : log.rules().holds().values()) {
            Position position = hold.placed().target().position();
            if (position != null) {
                positions.putIfAbsent(position, hold);
            }
        }
        return positions;
    }

    private record Listed(MirrorName mirror, Position position) {}

    private void needListings(Needs needs, Contents contents) {
        Map<Listed, Reason> wanted = new HashMap<>();
        log.indexed().forEach((mirror, states) -> {
            for (int i = 0; i < states.size(); i++) {
                boolean last = i == states.size() - 1;
                if (last || states.get(i + 1).at().isAfter(oldest())) {
                    Position position = states.get(i).position();
                    wanted.put(
                            new Listed(mirror, position),
                            new Reason(
                                    Why.LISTED,
                                    "mirror " + mirror + (last ? " lists it" : " listed it as of " + position)));
                }
            }
            heldPositions()
                    .forEach((position, hold) -> states.stream()
                            .filter(state -> !state.position().isAfter(position))
                            .reduce((first, second) -> second)
                            .ifPresent(state -> wanted.putIfAbsent(
                                    new Listed(mirror, state.position()),
                                    held(hold, "mirror " + mirror + " listed it as of " + state.position()))));
        });
        for (Iterable<DistributionSnapshot> states : distributions) {
            for (DistributionSnapshot state : retained(states)) {
                state.contents()
                        .mirrors()
                        .forEach((mirror, position) -> wanted.putIfAbsent(
                                new Listed(mirror, position),
                                new Reason(
                                        Why.LISTED,
                                        "distribution " + state.definition().name() + " as of "
                                                + state.at().position() + " has what mirror " + mirror
                                                + " listed")));
            }
        }
        wanted.forEach((listed, reason) ->
                contents.listed(listed.mirror(), listed.position()).forEach(artifact -> needs.need(artifact, reason)));
    }

    /** @param states newest first */
    private List<DistributionSnapshot> retained(Iterable<DistributionSnapshot> states) {
        List<DistributionSnapshot> retained = new ArrayList<>();
        TreeSet<Position> held = new TreeSet<>(heldPositions().keySet());
        @Nullable DistributionSnapshot after = null;
        for (DistributionSnapshot state : states) {
            Position begun = state.at().position();
            boolean lasted = after == null || after.at().at().isAfter(oldest());
            Position next = held.ceiling(begun);
            boolean pinned =
                    next != null && (after == null || after.at().position().isAfter(next));
            if (lasted || pinned) {
                retained.add(state);
            }
            after = state;
        }
        return retained;
    }

    private void needHeld(Needs needs, HostNeeds ofHosts) {
        for (Hold hold : log.rules().holds().values()) {
            HoldTarget target = hold.placed().target();
            Digest digest = target.digest();
            if (digest != null) {
                needs.need(new LayerId(digest), held(hold, hold.placed().reason()));
            }
            HostId host = target.host();
            HostState state = host == null ? null : hosts.get(host);
            if (state != null) {
                ofHosts.needAll(state, held(hold, hold.placed().reason()));
            }
            if (target.name() != null) {
                for (PackageLife life : log.packages().values()) {
                    PackagePublished event = life.event();
                    if (event.id().name().equals(target.name())
                            && (target.version() == null || event.id().version().equals(target.version()))) {
                        need(needs, event, held(hold, event.id().toString()));
                    }
                }
            }
        }
    }

    /** After all else: a closure can be chosen as long as all of its packages stay. */
    private void needConfigured(Needs needs, Contents contents) {
        log.configured().forEach((id, layer) -> {
            Closure closure = contents.closure(id);
            boolean whole = closure == null
                    || closure.packages().stream()
                            .allMatch(member -> needs.needs(member.layer().digest()));
            if (whole) {
                needs.need(layer, new Reason(Why.CONFIGURED, "all packages of " + id + " stay"));
            }
        });
    }
}
