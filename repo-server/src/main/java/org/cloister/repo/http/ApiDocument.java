package org.cloister.repo.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.cloister.events.Role;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * {@code openapi.yaml} as it is packaged with this program. The document is for people and other tools and says everything;
 * {@link #validated} is the part of it that requests are validated from.
 */
public final class ApiDocument {
    /** The limit on bodies where the document names none. */
    static final int DEFAULT_BODY_LIMIT = 64 * 1024;

    private static final Set<String> METHODS = Set.of("get", "head", "put", "post", "delete");

    private final JsonObject document;
    private final Map<String, ApiOperation> operations = new LinkedHashMap<>();

    private ApiDocument(JsonObject document) {
        this.document = document;
        JsonObject paths = document.getJsonObject("paths");
        for (String path : paths.fieldNames()) {
            JsonObject item = paths.getJsonObject(path);
            for (String method : item.fieldNames()) {
                if (METHODS.contains(method)) {
                    ApiOperation operation = operation(path, item, method);
                    operations.put(operation.id(), operation);
                }
            }
        }
    }

    /** @throws IllegalStateException if this program was packaged without the document */
    public static ApiDocument load() {
        try (InputStream in = ApiDocument.class.getResourceAsStream("/openapi.yaml")) {
            if (in == null) {
                throw new IllegalStateException("openapi.yaml isn't on the class path");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Map<String, Object> tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
            return new ApiDocument(new JsonObject(tree).copy());
        } catch (IOException e) {
            throw new IllegalStateException("openapi.yaml can't be read", e);
        }
    }

    /** All operations by their id, in the document's order. */
    public Map<String, ApiOperation> operations() {
        return Collections.unmodifiableMap(operations);
    }

    /** The whole document. */
    public JsonObject document() {
        return document.copy();
    }

    /**
     * Without the responses' content and without the bodies that the validator doesn't see: Vert.x refuses documents with media
     * types that it can't hold as one value.
     */
    JsonObject validated() {
        JsonObject copy = document.copy();
        JsonObject paths = copy.getJsonObject("paths");
        for (ApiOperation operation : operations.values()) {
            JsonObject described = paths.getJsonObject(operation.path()).getJsonObject(operation.method());
            described.put("responses", new JsonObject().put("default", new JsonObject().put("description", "any")));
            if (operation.body() != ApiOperation.Body.VALIDATED) {
                described.remove("requestBody");
            }
        }
        copy.getJsonObject("components").remove("responses");
        copy.remove("servers");
        return copy;
    }

    private ApiOperation operation(String path, JsonObject item, String method) {
        JsonObject described = item.getJsonObject(method);
        return new ApiOperation(
                described.getString("operationId"),
                method,
                path,
                described.getJsonArray("x-cloister-roles").stream()
                        .map(role -> Role.parse((String) role))
                        .collect(Collectors.toSet()),
                described.getBoolean("x-cloister-host-bound", true),
                body(described.getString("x-cloister-body", "validated")),
                described.getInteger("x-cloister-body-limit", DEFAULT_BODY_LIMIT),
                query(described.getJsonArray("parameters", new JsonArray())));
    }

    private static ApiOperation.Body body(String text) {
        return switch (text) {
            case "validated" -> ApiOperation.Body.VALIDATED;
            case "checked-by-endpoint" -> ApiOperation.Body.CHECKED_BY_ENDPOINT;
            case "stream" -> ApiOperation.Body.STREAMED;
            default -> throw new IllegalStateException("openapi.yaml has an unknown x-cloister-body: " + text);
        };
    }

    private Set<String> query(JsonArray parameters) {
        Set<String> names = new HashSet<>();
        for (Object parameter : parameters) {
            JsonObject described = shared((JsonObject) parameter);
            if ("query".equals(described.getString("in"))) {
                names.add(described.getString("name"));
            }
        }
        return names;
    }

    /** The parameter itself, where only its name among the components is told. */
    private JsonObject shared(JsonObject parameter) {
        String reference = parameter.getString("$ref");
        return reference == null
                ? parameter
                : document.getJsonObject("components")
                        .getJsonObject("parameters")
                        .getJsonObject(reference.substring(reference.lastIndexOf('/') + 1));
    }
}
