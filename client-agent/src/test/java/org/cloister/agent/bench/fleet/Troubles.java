package org.cloister.agent.bench.fleet;

import java.util.Map;
import java.util.TreeMap;

/** Answers and silences that a client has to get over, by their kind. Thread-safe. */
final class Troubles {
    private final Map<String, Integer> counts = new TreeMap<>();

    synchronized void note(String kind) {
        counts.merge(kind, 1, Integer::sum);
    }

    /** Of what was noted since the last call, as JSON. */
    synchronized String take() {
        StringBuilder json = new StringBuilder("{");
        counts.forEach((kind, count) -> json.append(json.length() > 1 ? "," : "")
                .append('"')
                .append(kind)
                .append("\":")
                .append(count));
        counts.clear();
        return json.append('}').toString();
    }
}
