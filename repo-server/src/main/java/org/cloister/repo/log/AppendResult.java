package org.cloister.repo.log;

import org.cloister.events.Position;
import org.cloister.events.StreamId;

/** What became of an append. */
public sealed interface AppendResult {
    /** The events stand at {@code first} to {@code last}, durable. */
    record Appended(Position first, Position last) implements AppendResult {}

    /** This request was carried out before; its events stand at {@code first} to {@code last}. Nothing was appended. */
    record Repeated(Position first, Position last) implements AppendResult {}

    /** Somebody else appended to {@code stream}, which is at {@code actualVersion}: decide again. Nothing was appended. */
    record Conflict(StreamId stream, long actualVersion) implements AppendResult {}
}
