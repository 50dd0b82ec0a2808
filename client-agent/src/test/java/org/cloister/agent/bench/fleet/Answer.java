package org.cloister.agent.bench.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.cloister.events.codec.EventCodec;

/** What the repository answered, whole. */
record Answer(int status, MultiMap headers, Buffer body) {
    private static final int SUCCESS = 200;
    private static final int REDIRECTION = 300;

    boolean isSuccess() {
        return status >= SUCCESS && status < REDIRECTION;
    }

    /** Itself. @throws IllegalStateException with the rule, if it is no success */
    Answer successful() {
        if (!isSuccess()) {
            throw new IllegalStateException(rule());
        }
        return this;
    }

    JsonNode json() {
        try {
            return EventCodec.json().readTree(body.getBytes());
        } catch (IOException e) {
            throw new IllegalStateException("the repository's answer is no JSON: " + body, e);
        }
    }

    /** The last part of the problem's type, or the status where there is none. */
    String rule() {
        try {
            String type =
                    EventCodec.json().readTree(body.getBytes()).path("type").asText();
            return type.isEmpty() ? "status-" + status : type.substring(type.lastIndexOf(':') + 1);
        } catch (IOException e) {
            return "status-" + status;
        }
    }
}
