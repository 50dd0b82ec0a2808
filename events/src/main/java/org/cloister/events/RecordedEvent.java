package org.cloister.events;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * An event as the log holds it.
 *
 * @param version its number within the stream, from 1
 * @param type the event's record name
 * @param schema the version of the payload's form, from 1
 * @param recordedAt the repository's clock at the append, microseconds
 * @param payload the exact JSON text that the leaf covers
 */
public record RecordedEvent(
        Position position,
        StreamId stream,
        long version,
        String type,
        int schema,
        Instant recordedAt,
        Principal principal,
        CorrelationId correlation,
        String payload) {

    /** The leaf data of the Merkle log (RFC 6962): covers everything that is recorded about the event. */
    public byte[] leafData() {
        String text = "cloister-event 1\n" + position + '\n' + stream + '\n' + version + '\n' + type + '\n' + schema
                + '\n' + recordedAt + '\n' + principal + '\n' + correlation + '\n'
                + WithheldPayload.digest(this).hex() + '\n';
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
