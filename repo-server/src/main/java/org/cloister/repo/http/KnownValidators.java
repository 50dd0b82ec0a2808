package org.cloister.repo.http;

import io.vertx.core.file.FileSystem;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.SchemaException;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The schemas of the document, each with one validator for good. The repository of Vert.x makes a new one for each parameter of each request,
 * and with it a copy of its index of every schema that there is: the longer the document, the more a request cost. A validator has
 * nothing but final fields, so any number of threads may use one.
 */
final class KnownValidators implements SchemaRepository {
    private final SchemaRepository schemas;
    /** At most one for each parameter and body that the document describes. */
    private final Map<Same, Validator> validators = new ConcurrentHashMap<>();
    /** Most parameters are described in one place and used in many: one validator is 70 KB. */
    private final Map<String, Validator> byContent = new ConcurrentHashMap<>();

    /** @param schemas doesn't change any more */
    KnownValidators(SchemaRepository schemas) {
        this.schemas = schemas;
    }

    /** The same object: a schema's own equality looks at all of it. */
    private record Same(JsonSchema schema) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Same same && same.schema == schema;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(schema);
        }
    }

    /** {@code schema} is part of the document. */
    @Override
    public Validator validator(JsonSchema schema) {
        return validators.computeIfAbsent(
                new Same(schema),
                same -> byContent.computeIfAbsent(schema.toString(), content -> schemas.validator(schema)));
    }

    @Override
    public SchemaRepository dereference(JsonSchema schema) throws SchemaException {
        throw new IllegalStateException("the document is complete");
    }

    @Override
    public SchemaRepository dereference(String uri, JsonSchema schema) throws SchemaException {
        throw new IllegalStateException("the document is complete");
    }

    @Override
    public SchemaRepository preloadMetaSchema(FileSystem files) {
        throw new IllegalStateException("the document is complete");
    }

    @Override
    public SchemaRepository preloadMetaSchema(FileSystem files, Draft draft) {
        throw new IllegalStateException("the document is complete");
    }

    @Override
    public Validator validator(String reference) {
        return schemas.validator(reference);
    }

    @Override
    public Validator validator(String reference, JsonSchemaOptions options) {
        return schemas.validator(reference, options);
    }

    @Override
    public Validator validator(JsonSchema schema, JsonSchemaOptions options, boolean dereference) {
        return schemas.validator(schema, options, dereference);
    }

    @Override
    public JsonObject resolve(JsonObject schema) {
        return schemas.resolve(schema);
    }

    @Override
    public JsonSchema find(String pointer) {
        return schemas.find(pointer);
    }
}
