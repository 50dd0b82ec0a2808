package org.cloister.events.codec;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.cloister.events.Event;
import org.cloister.events.RecordedEvent;
import org.cloister.events.WithheldPayload;
import org.jspecify.annotations.Nullable;

/**
 * Events to their JSON payloads and back. A payload is one line, fields in the order of the record, absent values as null.
 * Thread-safe.
 */
public final class EventCodec {
    private static final int MAX_DEPTH = 50;
    /** An event with a closure of 20,000 packages is about 5 MB. */
    private static final int MAX_PAYLOAD_CHARACTERS = 16 * 1024 * 1024;

    private static final JsonMapper JSON = mapper();

    /** Shorter ones have no closure that is worth looking up. */
    private static final int WORTH_LOOKING_UP = 1_000;

    private final Upcasters upcasters;
    private final @Nullable KnownClosures known;

    public EventCodec() {
        this(Upcasters.current());
    }

    EventCodec(Upcasters upcasters) {
        this(upcasters, null);
    }

    private EventCodec(Upcasters upcasters, @Nullable KnownClosures known) {
        this.upcasters = upcasters;
        this.known = known;
    }

    /**
     * One that gives the same object for a closure that it has read before, for who reads many events of many hosts.
     *
     * @param characters of closures' texts that it remembers at most; the objects take about as many bytes three times
     */
    public static EventCodec remembering(long characters) {
        return new EventCodec(Upcasters.current(), new KnownClosures(characters));
    }

    /** The names of all types of events, in alphabetical order. */
    public static SortedSet<String> types() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(EventType.all().keySet()));
    }

    /** An event in the form in which it is stored. */
    public record Encoded(String type, int schema, String payload) {}

    public Encoded encode(Event event) {
        EventType type = EventType.of(event);
        try {
            return new Encoded(type.name(), type.schema(), JSON.writeValueAsString(event));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event that can't be written: " + event, e);
        }
    }

    /** @throws IllegalArgumentException if the payload isn't one that this program or an earlier one wrote */
    public Event decode(RecordedEvent recorded) {
        if (WithheldPayload.isIn(recorded)) {
            throw new IllegalArgumentException(
                    "the payload of event " + recorded.position() + " is withheld: only administrators read it");
        }
        return decode(recorded.type(), recorded.schema(), recorded.payload());
    }

    /** @throws IllegalArgumentException if the payload isn't one that this program or an earlier one wrote */
    public Event decode(String typeName, int schema, String payload) {
        EventType type = EventType.of(typeName);
        try {
            if (schema == type.schema()) {
                return known == null || payload.length() < WORTH_LOOKING_UP
                        ? JSON.readValue(payload, type.form())
                        : JSON.readerFor(type.form())
                                .withAttribute(KnownClosures.Reading.class, new KnownClosures.Reading(known, payload))
                                .readValue(payload);
            }
            JsonNode tree = JSON.readTree(payload);
            if (!(tree instanceof ObjectNode object)) {
                throw new IllegalArgumentException("the payload of " + typeName + " is no object");
            }
            return JSON.treeToValue(upcasters.upcast(typeName, schema, type.schema(), object), type.form());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a payload of " + typeName + ": " + e.getOriginalMessage(), e);
        }
    }

    /** The mapper for values of this module: strict, deterministic; for use in other JSON that holds such values. */
    public static JsonMapper json() {
        return JSON;
    }

    private static JsonMapper mapper() {
        JsonMapper mapper = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.ALWAYS, JsonInclude.Include.ALWAYS))
                .addModule(new SimpleModule()
                        .addSerializer(Instant.class, new InstantJson.Writer())
                        .addDeserializer(Instant.class, new InstantJson.Reader())
                        .setDeserializerModifier(new KnownClosures.Modifier()))
                .build();
        mapper.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxStringLength(MAX_PAYLOAD_CHARACTERS)
                        .build());
        return mapper;
    }
}
