package org.cloister.repo.console.model;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.cloister.events.CorrelationId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.StreamId;
import org.cloister.repo.log.EventFilter;
import org.jspecify.annotations.Nullable;

/**
 * What somebody looks for in the log, as it stands in the form; empty: not looked at.
 *
 * @param stream {@code host:h-0011223344556677}, or {@code host:} for all of a kind
 * @param type an event's record name
 */
public record EventSearch(String stream, String type, String person, String correlation) {
    public static final EventSearch ALL = new EventSearch("", "", "", "");

    /** @throws IllegalArgumentException naming what isn't of its form */
    public EventFilter filter() {
        boolean wholeKind = stream.endsWith(":");
        return new EventFilter(
                stream.isEmpty() || wholeKind ? null : StreamId.parse(stream),
                wholeKind ? kind(stream.substring(0, stream.length() - 1)) : null,
                type.isEmpty() ? null : type(type),
                person.isEmpty() ? null : new Principal(person),
                correlation.isEmpty() ? null : new CorrelationId(correlation));
    }

    private static StreamId.Kind kind(String text) {
        for (StreamId.Kind kind : StreamId.Kind.values()) {
            if (kind.text().equals(text)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no such kind of stream: " + text);
    }

    private static String type(String text) {
        if (!text.matches("[A-Za-z]{1,60}")) {
            throw new IllegalArgumentException("not a type of event: " + text.toLowerCase(Locale.ROOT));
        }
        return text;
    }

    public boolean isAll() {
        return equals(ALL);
    }

    /** The explorer with this search, from {@code before} on. */
    public String href(@Nullable Position before) {
        return Links.query("/events", parameters(before));
    }

    /** The stream of what is new of this search. */
    public String live() {
        return Links.query("/live", parameters(null));
    }

    private Map<String, Object> parameters(@Nullable Position before) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("stream", stream);
        parameters.put("type", type);
        parameters.put("person", person);
        parameters.put("correlation", correlation);
        parameters.put("before", before == null ? "" : before);
        return parameters;
    }
}
