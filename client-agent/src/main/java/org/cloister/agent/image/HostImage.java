package org.cloister.agent.image;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.cloister.events.layer.Generation;
import org.jspecify.annotations.Nullable;

/**
 * What a host has and what was asked of it, as its events tell. A request changes nothing until its outcome is known; so
 * a host that replays what it once did comes to the same roots, and one that carries a request out itself gets there by
 * applying its own outcome. An outcome of a request that isn't pending is nothing new. Immutable.
 *
 * @param roots the roots that the host has
 * @param pending requests without an outcome, in their order
 */
public record HostImage(
        SortedMap<RootName, LinkedRoot> roots, SortedMap<Position, PendingRequest> pending, boolean retired) {
    public static final HostImage EMPTY = new HostImage(new TreeMap<>(), new TreeMap<>(), false);

    public HostImage {
        roots = Collections.unmodifiableSortedMap(roots);
        pending = Collections.unmodifiableSortedMap(pending);
    }

    /** Never refuses: the event is a fact. {@code position} is where it stands in the log. */
    public HostDelta evolve(Position position, HostEvent event) {
        return event.match(new Evolution(this, position));
    }

    /** The set of roots at {@code position}. */
    public Generation generation(Position position) {
        return new Generation(
                position,
                roots.values().stream().map(LinkedRoot::generationRoot).toList());
    }

    /** The request that comes first, or null. */
    public @Nullable PendingRequest next() {
        return pending.isEmpty() ? null : pending.get(pending.firstKey());
    }

    HostDelta open(PendingRequest request) {
        SortedMap<Position, PendingRequest> requests = new TreeMap<>(pending);
        requests.put(request.position(), request);
        return HostDelta.opened(new HostImage(roots, requests, retired), request);
    }

    HostDelta fail(Position request) {
        return HostDelta.nothing(without(request));
    }

    HostDelta link(Position request, List<RootTarget> targets, List<RootOutcome> outcomes) {
        SortedMap<RootName, LinkedRoot> linked = new TreeMap<>(roots);
        Map<RootName, Optional<LinkedRoot>> changed = new HashMap<>();
        for (RootOutcome outcome : outcomes) {
            for (RootTarget target : targets) {
                if (target.root().equals(outcome.root())) {
                    LinkedRoot root = new LinkedRoot(target, outcome.configured());
                    linked.put(target.root(), root);
                    changed.put(target.root(), Optional.of(root));
                }
            }
        }
        return new HostDelta(new HostImage(linked, without(request).pending, retired), null, changed);
    }

    HostDelta unlink(Position request, List<RootName> names) {
        SortedMap<RootName, LinkedRoot> linked = new TreeMap<>(roots);
        Map<RootName, Optional<LinkedRoot>> changed = new HashMap<>();
        for (RootName name : names) {
            if (linked.remove(name) != null) {
                changed.put(name, Optional.empty());
            }
        }
        return new HostDelta(new HostImage(linked, without(request).pending, retired), null, changed);
    }

    HostDelta retire() {
        return HostDelta.nothing(new HostImage(roots, pending, true));
    }

    private HostImage without(Position request) {
        SortedMap<Position, PendingRequest> rest = new TreeMap<>(pending);
        rest.remove(request);
        return new HostImage(roots, rest, retired);
    }
}
