package org.cloister.repo.view;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.cloister.events.ClosureEvent.ClosureConfigured;
import org.cloister.events.Event;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.RollbackRequested;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RootName;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.ClosureId;
import org.cloister.events.layer.LayerId;
import org.jspecify.annotations.Nullable;

/** Every closure that any host was asked to have, and the configured layers. */
public final class ClosuresView implements View {
    private record Known(ClosureId id, Closure closure) {}

    private final Map<Closure, Known> byContent = new ConcurrentHashMap<>();
    /** The objects that are shared themselves, which are known without a look at all of their members. */
    private final IdentityHashMap<Closure, Known> bySame = new IdentityHashMap<>();

    private final Map<ClosureId, Known> byId = new ConcurrentHashMap<>();
    private final Map<ClosureId, LayerId> configured = new ConcurrentHashMap<>();

    @Override
    public void apply(RecordedEvent recorded, Event event) {
        if (event instanceof InstallRequested request) {
            request.roots().forEach(root -> known(root.closure()));
        } else if (event instanceof RollbackRequested request) {
            request.roots().forEach(root -> known(root.closure()));
        } else if (event instanceof ClosureConfigured result) {
            configured.put(result.closure(), result.layer());
        }
    }

    /** Null if no host was ever asked to have it. */
    public @Nullable Closure find(ClosureId id) {
        Known known = byId.get(id);
        return known == null ? null : known.closure();
    }

    /** The layer that everyone uses, or null as long as there is none. */
    public @Nullable LayerId configured(ClosureId id) {
        return configured.get(id);
    }

    /** The id without hashing the closure's text again. */
    public ClosureId idOf(Closure closure) {
        Known known = byContent.get(closure);
        return known == null ? closure.id() : known.id();
    }

    /** The same roots with one shared object for each closure: a thousand hosts have the same few. On the projection's thread. */
    List<RootTarget> shared(List<RootTarget> roots, UnaryOperator<RootName> name) {
        return roots.stream()
                .map(root -> {
                    Closure closure = known(root.closure()).closure();
                    return new RootTarget(
                            name.apply(root.root()), member(closure, root.requested()), closure, root.recommends());
                })
                .toList();
    }

    /** The id as the closure has it: what was asked for stands at its end. */
    private static PackageId member(Closure closure, PackageId id) {
        PackageId last = closure.packages().get(closure.packages().size() - 1).id();
        return last.equals(id) ? last : id;
    }

    /** On the projection's thread. */
    private Known known(Closure closure) {
        Known same = bySame.get(closure);
        if (same != null) {
            return same;
        }
        Known present = byContent.get(closure);
        if (present != null) {
            return present;
        }
        Known added = new Known(closure.id(), closure);
        bySame.put(closure, added);
        byContent.put(closure, added);
        byId.put(added.id(), added);
        return added;
    }
}
