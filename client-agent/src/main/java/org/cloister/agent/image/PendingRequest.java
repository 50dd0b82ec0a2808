package org.cloister.agent.image;

import java.util.List;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.Position;
import org.cloister.events.RootName;

/** A request without an outcome. */
public sealed interface PendingRequest {
    /** The position of the event that asked. */
    Position position();

    /** The roots that it is about. */
    List<RootName> roots();

    /** Have these roots, new or in place of those of the same names. */
    record Install(Position position, List<RootTarget> targets) implements PendingRequest {
        @Override
        public List<RootName> roots() {
            return targets.stream().map(RootTarget::root).toList();
        }
    }

    /** Have them as they were before; else like {@link Install}. */
    record Rollback(Position position, List<RootTarget> targets) implements PendingRequest {
        @Override
        public List<RootName> roots() {
            return targets.stream().map(RootTarget::root).toList();
        }
    }

    /** Have these roots no longer. */
    record Removal(Position position, List<RootName> roots) implements PendingRequest {}
}
