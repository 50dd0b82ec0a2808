package org.cloister.repo.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cloister.events.codec.EventCodec;

/**
 * Which topics these are, and where their partitions end: what tells that topics were made anew, or that a broker lost what it had
 * acknowledged. Immutable.
 *
 * @param ids Kafka's id of each topic by name
 * @param offsets the offset after the last record, by {@code <topic>/<partition>}; a partition that isn't named was never written
 */
record TopicEnds(SortedMap<String, String> ids, SortedMap<String, Long> offsets) {
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

    TopicEnds {
        ids = new TreeMap<>(ids);
        offsets = new TreeMap<>(offsets);
    }

    static TopicEnds none() {
        return new TopicEnds(new TreeMap<>(), new TreeMap<>());
    }

    static String place(String topic, int partition) {
        return topic + "/" + partition;
    }

    /** With later ends for some partitions. */
    TopicEnds with(Map<String, Long> later) {
        SortedMap<String, Long> merged = new TreeMap<>(offsets);
        later.forEach((place, end) -> merged.merge(place, end, Math::max));
        return new TopicEnds(ids, merged);
    }

    boolean isEmpty() {
        return offsets.values().stream().allMatch(end -> end == 0);
    }

    String text() {
        Map<String, String> fields = new TreeMap<>();
        ids.forEach((topic, id) -> fields.put("id " + topic, id));
        offsets.forEach((place, end) -> fields.put("end " + place, Long.toString(end)));
        try {
            return EventCodec.json().writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts can be written", e);
        }
    }

    /** @throws IllegalArgumentException if it isn't what {@link #text} wrote, or nothing */
    static TopicEnds parse(String text) {
        if (text.isEmpty()) {
            return none();
        }
        SortedMap<String, String> ids = new TreeMap<>();
        SortedMap<String, Long> offsets = new TreeMap<>();
        try {
            EventCodec.json().readValue(text, TEXTS).forEach((field, value) -> {
                if (field.startsWith("id ")) {
                    ids.put(field.substring(3), value);
                } else if (field.startsWith("end ")) {
                    offsets.put(field.substring(4), Long.parseLong(value));
                }
            });
            return new TopicEnds(ids, offsets);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not the ends of topics: " + text, e);
        }
    }
}
