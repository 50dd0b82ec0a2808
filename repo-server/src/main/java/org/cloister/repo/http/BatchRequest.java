package org.cloister.repo.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.cloister.events.Digest;

/** {@code {"objects":[…]}}: as strict as the schema {@code ObjectBatch} in openapi.yaml, in milliseconds. */
final class BatchRequest {
    static final int MAX_OBJECTS = 100_000;

    private static final JsonFactory JSON = new JsonFactory();

    private BatchRequest() {}

    /** @throws RefusedException if it isn't one */
    static List<Digest> parse(byte[] body) {
        try (JsonParser in = JSON.createParser(body)) {
            require(in.nextToken() == JsonToken.START_OBJECT, "the body is no object");
            require("objects".equals(in.nextFieldName()), "the body's only field is objects");
            require(in.nextToken() == JsonToken.START_ARRAY, "objects is no array");
            List<Digest> objects = new ArrayList<>();
            while (in.nextToken() == JsonToken.VALUE_STRING) {
                require(objects.size() < MAX_OBJECTS, "more than " + MAX_OBJECTS + " objects");
                objects.add(Digest.parse(in.getText()));
            }
            require(in.currentToken() == JsonToken.END_ARRAY, "objects has something that is no digest");
            require(
                    in.nextToken() == JsonToken.END_OBJECT && in.nextToken() == null,
                    "the body's only field is objects");
            return objects;
        } catch (IOException | IllegalArgumentException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw malformed(otherwise);
        }
    }

    private static RefusedException malformed(String detail) {
        return new RefusedException(Failures.malformed(detail));
    }
}
