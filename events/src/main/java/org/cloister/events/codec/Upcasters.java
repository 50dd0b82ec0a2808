package org.cloister.events.codec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Old payload forms to new ones, one schema version at a time. The log itself is never rewritten. */
record Upcasters(Map<Key, UnaryOperator<ObjectNode>> steps) {
    /** The form that a step starts from. */
    record Key(String type, int schema) {}

    static Upcasters current() {
        return new Upcasters(Map.of(
                new Key("InstallRequested", 1), Upcasters::withoutRecommends,
                new Key("RollbackRequested", 1), Upcasters::withoutRecommends,
                new Key("IntegrityViolated", 1), Upcasters::withoutFinding,
                new Key("MirrorDefined", 1), Upcasters::fetchingClosures));
    }

    /** Before there was a choice, no closure held what packages recommend. */
    private static ObjectNode withoutRecommends(ObjectNode payload) {
        payload.path("roots").forEach(root -> ((ObjectNode) root).put("recommends", false));
        return payload;
    }

    /** Before there was a choice, a mirror fetched what it was asked for. */
    private static ObjectNode fetchingClosures(ObjectNode payload) {
        return payload.put("artifacts", "closures").putNull("maxAgeDays");
    }

    /** A host's report comes without a schema, and may say it already. */
    private static ObjectNode withoutFinding(ObjectNode payload) {
        return payload.has("found") ? payload : payload.put("found", "");
    }

    /** @throws IllegalArgumentException if a step is missing, or the payload is newer than this program */
    ObjectNode upcast(String type, int from, int to, ObjectNode payload) {
        if (from > to) {
            throw new IllegalArgumentException(
                    type + " has schema " + from + ", this program knows " + to + ": upgrade it");
        }
        ObjectNode form = payload;
        for (int schema = from; schema < to; schema++) {
            UnaryOperator<ObjectNode> step = steps.get(new Key(type, schema));
            if (step == null) {
                throw new IllegalArgumentException("no upcaster from schema " + schema + " of " + type);
            }
            form = step.apply(form);
        }
        return form;
    }
}
