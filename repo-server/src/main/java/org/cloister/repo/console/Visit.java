package org.cloister.repo.console;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.cloister.events.CorrelationId;
import org.cloister.events.RequestId;
import org.cloister.repo.command.Caller;
import org.cloister.repo.command.Request;
import org.cloister.repo.console.model.Viewer;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.http.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * One request of somebody who is signed in.
 *
 * @param path the parameters in the address
 * @param fields those of the query, or of the form that was sent
 */
record Visit(
        Session session,
        Caller caller,
        Viewer viewer,
        Instant now,
        Map<String, String> path,
        Map<String, List<String>> fields) {
    /** Longer than anything that pages and forms ask for. */
    private static final int MAX_VALUE = 400;

    private static final int MAX_FIELDS = 40;

    /** @throws RefusedException if that isn't percent-encoded as it should be, or is too much */
    static Map<String, List<String>> fields(@Nullable String encoded) {
        if (encoded == null || encoded.isEmpty()) {
            return Map.of();
        }
        try {
            Map<String, List<String>> fields = new QueryStringDecoder("?" + encoded, true).parameters();
            int count = fields.values().stream().mapToInt(List::size).sum();
            boolean tooLong = fields.values().stream()
                    .flatMap(List::stream)
                    .anyMatch(value -> value.length() > MAX_VALUE || value.indexOf('\0') >= 0);
            if (count > MAX_FIELDS || tooLong) {
                throw malformed("there are more fields, or longer ones, than the console has");
            }
            return fields;
        } catch (IllegalArgumentException e) {
            throw malformed("the fields aren't percent-encoded as they should be");
        }
    }

    /** Stripped; empty if there is none. */
    String text(String field) {
        List<String> values = fields.get(field);
        return values == null || values.isEmpty() ? "" : values.get(0).strip();
    }

    List<String> texts(String field) {
        return fields.getOrDefault(field, List.of());
    }

    /** Null if the field is empty. @throws RefusedException if it isn't of its form */
    <T> @Nullable T value(String field, Function<String, T> form) {
        String text = text(field);
        return text.isEmpty() ? null : parsed(text, form);
    }

    /** @throws RefusedException if the field is empty or not of its form */
    <T> T required(String field, Function<String, T> form) {
        T value = value(field, form);
        if (value == null) {
            throw malformed(field + " is missing");
        }
        return value;
    }

    /** @throws RefusedException if the parameter isn't of its form */
    <T> T path(String name, Function<String, T> form) {
        return parsed(String.valueOf(path.get(name)), form);
    }

    static <T> T parsed(String text, Function<String, T> form) {
        try {
            return form.apply(text);
        } catch (IllegalArgumentException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    private static RefusedException malformed(String detail) {
        return RefusedException.of(Rule.MALFORMED_REQUEST, detail, "go back and correct it");
    }

    /** What a command of this request comes with. */
    Request request() {
        String id = UUID.randomUUID().toString();
        return new Request(caller, new RequestId(id), new CorrelationId(id));
    }
}
