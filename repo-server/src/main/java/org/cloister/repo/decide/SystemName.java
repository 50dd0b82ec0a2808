package org.cloister.repo.decide;

import org.cloister.events.UserEvent.IdKind;

/** The name of a system user or of a group. */
public record SystemName(IdKind kind, String name) {
    /** The other kind's entry of the same name. */
    SystemName counterpart() {
        return new SystemName(kind == IdKind.USER ? IdKind.GROUP : IdKind.USER, name);
    }
}
