package org.cloister.repo.console.model;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import org.cloister.events.CorrelationId;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.StreamId;
import org.cloister.events.deb.PackageName;
import org.jspecify.annotations.Nullable;

/** Where the console's pages are. */
public final class Links {
    public static final String ROOT = "/console";

    private Links() {}

    public static String host(HostId host) {
        return ROOT + "/hosts/" + host;
    }

    /** The host as it was after its event at {@code position}. */
    public static String host(HostId host, Position position) {
        return host(host) + "?at=" + position;
    }

    public static String pkg(PackageName name) {
        return ROOT + "/packages/" + encoded(name.text());
    }

    public static String event(Position position) {
        return ROOT + "/events/" + position;
    }

    public static String events(StreamId stream) {
        return query("/events", Map.of("stream", stream.toString()));
    }

    public static String events(Principal principal) {
        return query("/events", Map.of("person", principal.text()));
    }

    public static String events(CorrelationId correlation) {
        return query("/events", Map.of("correlation", correlation.text()));
    }

    /** The page about what the stream is about: its own, or its events. */
    public static String stream(StreamId stream) {
        return switch (stream.kind()) {
            case HOST -> ROOT + "/hosts/" + encoded(stream.name());
            case PACKAGE -> ROOT + "/packages/" + encoded(stream.name());
            default -> events(stream);
        };
    }

    /** A path of the console with parameters; those that are null or empty are left out. */
    public static String query(String path, Map<String, ? extends @Nullable Object> parameters) {
        String query = parameters.entrySet().stream()
                .filter(entry ->
                        entry.getValue() != null && !entry.getValue().toString().isEmpty())
                .map(entry -> entry.getKey() + "=" + encoded(String.valueOf(entry.getValue())))
                .collect(Collectors.joining("&"));
        return ROOT + path + (query.isEmpty() ? "" : "?" + query);
    }

    /** For a path segment or a query's value (RFC 3986). */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
