package org.cloister.repo.advisory;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/** Steps of reading advisories. */
final class AdvisoryJson {
    private AdvisoryJson() {}

    /** The value at which the parser stands. */
    static JsonNode tree(JsonParser parser) throws IOException {
        JsonNode tree = parser.readValueAsTree();
        require(tree.isObject(), "an advisory is an object");
        return tree;
    }

    static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
