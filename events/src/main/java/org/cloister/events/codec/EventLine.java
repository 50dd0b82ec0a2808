package org.cloister.events.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import org.cloister.events.CorrelationId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;

/**
 * A recorded event as one line of JSON, as Kafka and HTTP carry it ({@code docs/protocol.md}, "Recorded event"). The payload's
 * bytes come out exactly as they went in, because the Merkle leaf covers them.
 */
public final class EventLine {
    private static final JsonFactory JSON = new JsonFactory();

    private EventLine() {}

    /** Without a line end. For many lines one after the other, an {@link EventLineWriter} is quicker. */
    public static String write(RecordedEvent event) {
        return new EventLineWriter().write(event);
    }

    /** @throws IllegalArgumentException if {@code line} isn't such a line */
    public static RecordedEvent parse(byte[] line) {
        try (JsonParser in = JSON.createParser(line)) {
            return parse(in, line);
        } catch (IOException | DateTimeException e) {
            throw new IllegalArgumentException("not an event line: " + e.getMessage(), e);
        }
    }

    private static RecordedEvent parse(JsonParser in, byte[] line) throws IOException {
        Fields fields = new Fields();
        require(in.nextToken() == JsonToken.START_OBJECT);
        String name = in.nextFieldName();
        while (name != null && !name.equals("payload")) {
            in.nextToken();
            fields.take(name, in);
            name = in.nextFieldName();
        }
        require(name != null && in.nextToken() == JsonToken.START_OBJECT);
        int start = (int) in.currentTokenLocation().getByteOffset();
        in.skipChildren();
        int end = (int) in.currentLocation().getByteOffset();
        require(in.nextToken() == JsonToken.END_OBJECT && in.nextToken() == null);
        return fields.event(new String(line, start, end - start, StandardCharsets.UTF_8));
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new IllegalArgumentException("not an event line: payload is its last field, an object");
        }
    }

    /** The envelope while it is read. */
    private static final class Fields {
        private long position;
        private String stream = "";
        private long version;
        private String type = "";
        private int schema;
        private String recordedAt = "";
        private String principal = "";
        private String correlation = "";

        void take(String name, JsonParser in) throws IOException {
            switch (name) {
                case "position" -> position = in.getLongValue();
                case "stream" -> stream = in.getText();
                case "version" -> version = in.getLongValue();
                case "type" -> type = in.getText();
                case "schema" -> schema = in.getIntValue();
                case "recordedAt" -> recordedAt = in.getText();
                case "principal" -> principal = in.getText();
                case "correlation" -> correlation = in.getText();
                default -> in.skipChildren();
            }
        }

        RecordedEvent event(String payload) {
            return new RecordedEvent(
                    new Position(position),
                    StreamId.parse(stream),
                    version,
                    type,
                    schema,
                    Instant.parse(recordedAt),
                    new Principal(principal),
                    new CorrelationId(correlation),
                    payload);
        }
    }
}
