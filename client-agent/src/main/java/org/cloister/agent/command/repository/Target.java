package org.cloister.agent.command.repository;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A path and a query, every part escaped (RFC 3986): names and versions hold {@code +}, {@code :} and {@code ~}. */
public final class Target {
    private final StringBuilder text = new StringBuilder();
    private boolean queried;

    private Target() {}

    public static Target of(String... segments) {
        Target target = new Target();
        for (String segment : segments) {
            target.text.append('/').append(escape(segment));
        }
        return target;
    }

    /** Leaves the parameter out if there is no value. */
    public Target with(String name, @Nullable Object value) {
        if (value != null) {
            text.append(queried ? '&' : '?').append(name).append('=').append(escape(value.toString()));
            queried = true;
        }
        return this;
    }

    /** One parameter for each value. */
    public Target withEach(String name, List<String> values) {
        values.forEach(value -> with(name, value));
        return this;
    }

    private static String escape(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    URI under(URI base) {
        String root = base.toString();
        return URI.create((root.endsWith("/") ? root.substring(0, root.length() - 1) : root) + text);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
