package org.cloister.repo.log;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.cloister.events.Digest;
import org.cloister.events.StreamId;
import org.cloister.events.codec.EventCodec;

/**
 * A command on its way: everything that needs no position is done, on the thread that asked.
 *
 * @param bytes about what the payloads weigh
 * @param deadlineNanos {@link System#nanoTime} after which it fails if the database is away
 */
record QueuedAppend(
        Append command, List<Part> parts, long bytes, long deadlineNanos, CompletableFuture<AppendResult> result) {
    /** The longest payload: an event with a closure of 20,000 packages has 5 MB. */
    static final int MAX_PAYLOAD_CHARACTERS = 16 * 1024 * 1024;

    /** Events for one stream, encoded. */
    record Part(StreamId stream, long expectedVersion, List<Payload> payloads) {}

    /** One event, encoded. */
    record Payload(EventCodec.Encoded encoded, byte[] hash) {}

    QueuedAppend {
        parts = List.copyOf(parts);
    }

    /** @throws IllegalArgumentException if an event is too large to be carried */
    static QueuedAppend of(Append command, EventCodec codec, long deadlineNanos) {
        List<Part> parts = command.parts().stream()
                .map(part -> new Part(
                        part.stream(),
                        part.expectedVersion(),
                        part.events().stream()
                                .map(event -> payload(codec.encode(event)))
                                .toList()))
                .toList();
        long bytes = parts.stream()
                .flatMap(part -> part.payloads().stream())
                .mapToLong(payload -> payload.encoded().payload().length())
                .sum();
        return new QueuedAppend(command, parts, bytes, deadlineNanos, new CompletableFuture<>());
    }

    private static Payload payload(EventCodec.Encoded encoded) {
        if (encoded.payload().length() > MAX_PAYLOAD_CHARACTERS) {
            throw new IllegalArgumentException(
                    encoded.type() + " has more than " + MAX_PAYLOAD_CHARACTERS + " characters");
        }
        return new Payload(encoded, Digest.ofText(encoded.payload()).bytes());
    }

    int events() {
        return parts.stream().mapToInt(part -> part.payloads().size()).sum();
    }
}
