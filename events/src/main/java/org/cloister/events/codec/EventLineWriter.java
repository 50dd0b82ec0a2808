package org.cloister.events.codec;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.time.Instant;
import org.cloister.events.RecordedEvent;

/** Writes lines as {@link EventLine} does, many of them. Not thread-safe. */
public final class EventLineWriter {
    private final StringBuilder out = new StringBuilder(1024);
    /** The events of one batch have the same time, and writing it is a third of writing a short line. */
    private Instant lastTime = Instant.EPOCH;

    private String lastTimeText = lastTime.toString();

    /** Without a line end. */
    public String write(RecordedEvent event) {
        if (!event.recordedAt().equals(lastTime)) {
            lastTime = event.recordedAt();
            lastTimeText = lastTime.toString();
        }
        out.setLength(0);
        out.append("{\"position\":").append(event.position().value());
        string("stream", event.stream().toString());
        out.append(",\"version\":").append(event.version());
        string("type", event.type());
        out.append(",\"schema\":").append(event.schema());
        string("recordedAt", lastTimeText);
        string("principal", event.principal().text());
        string("correlation", event.correlation().text());
        return out.append(",\"payload\":").append(event.payload()).append('}').toString();
    }

    private void string(String field, String value) {
        out.append(",\"").append(field).append("\":\"");
        if (isPlain(value)) {
            out.append(value);
        } else {
            JsonStringEncoder.getInstance().quoteAsString(value, out);
        }
        out.append('"');
    }

    /** Whether JSON has nothing to escape in it (RFC 8259, 7). */
    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }
}
