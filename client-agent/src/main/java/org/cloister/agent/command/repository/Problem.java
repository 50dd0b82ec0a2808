package org.cloister.agent.command.repository;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.cloister.events.codec.EventCodec;

/**
 * A problem document (RFC 9457) as the repository sends it.
 *
 * @param type {@code urn:cloister:problem:<rule>}
 * @param status of HTTP
 * @param detail what happened and why
 * @param remedy what to do next; empty if the server doesn't say
 */
public record Problem(String type, int status, String title, String detail, String remedy) {
    private static final int MAX_SHOWN = 2000;

    /** Never fails: an answer that is no problem document, say a proxy's page, becomes one that says so. */
    public static Problem parse(int status, String contentType, byte[] body) {
        if (contentType.startsWith("application/problem+json")) {
            try {
                return of(status, EventCodec.json().readTree(body));
            } catch (java.io.IOException e) {
                return foreign(status, "an unreadable problem document (" + e.getMessage() + ")");
            }
        }
        return foreign(status, contentType.isEmpty() ? "no explanation" : contentType + ": " + firstLine(body));
    }

    /** From a document that stands in an answer, such as the last line of a stream. */
    public static Problem of(int status, JsonNode document) {
        return new Problem(
                cut(document.path("type").asText("about:blank")),
                document.path("status").asInt(status),
                cut(document.path("title").asText("")),
                cut(document.path("detail").asText("")),
                cut(document.path("remedy").asText("")));
    }

    private static Problem foreign(int status, String what) {
        return new Problem(
                "about:blank",
                status,
                "Unexpected answer",
                "The server answered with status " + status + " and " + what + ".",
                "Check that the address is that of a Cloister repository and that no proxy stands in between.");
    }

    private static String firstLine(byte[] body) {
        String text = new String(body, 0, Math.min(body.length, 200), StandardCharsets.UTF_8);
        return text.lines().findFirst().orElse("");
    }

    private static String cut(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
    }

    /** The last part of {@link #type}. */
    public String rule() {
        return type.substring(type.lastIndexOf(':') + 1);
    }

    /** The document again, for scripts. */
    public String json() {
        ObjectNode node = EventCodec.json().createObjectNode();
        node.put("type", type)
                .put("title", title)
                .put("status", status)
                .put("detail", detail)
                .put("remedy", remedy);
        try {
            return EventCodec.json().writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that can't be written", e);
        }
    }
}
