package org.cloister.repo;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Random values that mostly have the form of a schema, and sometimes miss it by a little. */
@NullMarked
final class SchemaValues {
    private static final List<String> TEXTS = List.of(
            "sha256:" + "0".repeat(64),
            "tiny",
            "1.0-1",
            "1:0~rc1+b2-3",
            "amd64",
            "h-0011223344556677",
            "admin",
            "token0000000",
            "2026-01-02T03:04:05Z",
            "17",
            "https://archive.example.org/debian",
            "bookworm",
            "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=",
            "067",
            "host:h-0011223344556677,closure:",
            "reader",
            "x");
    private static final List<Object> MISSES = List.of(
            "",
            " ",
            "\u0000",
            "'; drop table event; --",
            "../../etc/passwd",
            -1,
            1.5,
            true,
            "é".repeat(300),
            Long.MAX_VALUE);

    private final JsonObject schemas;
    private final Random random;

    SchemaValues(JsonObject document, Random random) {
        this.schemas = document.getJsonObject("components").getJsonObject("schemas");
        this.random = random;
    }

    /** Null is JSON's null. */
    @Nullable
    Object of(JsonObject schema) {
        String reference = schema.getString("$ref");
        if (reference != null) {
            return of(schemas.getJsonObject(reference.substring(reference.lastIndexOf('/') + 1)));
        }
        int fate = random.nextInt(40);
        if (fate == 0) {
            return MISSES.get(random.nextInt(MISSES.size()));
        }
        if (fate == 1) {
            return null;
        }
        JsonArray choices = schema.getJsonArray("enum");
        if (choices != null) {
            return choices.getValue(random.nextInt(choices.size()));
        }
        return switch (schema.getString("type", "string")) {
            case "object" -> object(schema);
            case "array" -> array(schema);
            case "integer" -> (long) random.nextInt(100);
            case "boolean" -> random.nextBoolean();
            default -> text(schema);
        };
    }

    private JsonObject object(JsonObject schema) {
        JsonObject object = new JsonObject();
        JsonObject properties = schema.getJsonObject("properties", new JsonObject());
        JsonArray required = schema.getJsonArray("required", new JsonArray());
        for (String name : properties.fieldNames()) {
            if (required.contains(name) ? random.nextInt(30) > 0 : random.nextBoolean()) {
                object.put(name, of(properties.getJsonObject(name)));
            }
        }
        if (random.nextInt(30) == 0) {
            object.put("surprise", 1);
        }
        return object;
    }

    private JsonArray array(JsonObject schema) {
        JsonArray array = new JsonArray();
        int length = random.nextInt(4);
        for (int i = 0; i < length; i++) {
            array.add(of(schema.getJsonObject("items")));
        }
        return array;
    }

    private String text(JsonObject schema) {
        String pattern = schema.getString("pattern");
        List<String> fitting = TEXTS.stream()
                .filter(text -> pattern == null || text.matches(pattern))
                .toList();
        return fitting.isEmpty() ? "x" : fitting.get(random.nextInt(fitting.size()));
    }
}
