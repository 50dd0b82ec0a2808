package org.cloister.events.codec;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cloister.events.Event;

/** The name and the present schema version of every event; both stand in the log for ever. */
record EventType(String name, int schema, Class<? extends Event> form) {
    /** Schema versions above 1. An entry here needs an upcaster for each older version in {@link Upcasters}. */
    private static final Map<String, Integer> SCHEMAS =
            Map.of("InstallRequested", 2, "RollbackRequested", 2, "IntegrityViolated", 2, "MirrorDefined", 2);

    private static final Map<String, EventType> BY_NAME = new HashMap<>();

    static {
        for (Class<? extends Event> form : leaves()) {
            String name = form.getSimpleName();
            BY_NAME.put(name, new EventType(name, SCHEMAS.getOrDefault(name, 1), form));
        }
    }

    static EventType of(Event event) {
        return of(event.getClass().getSimpleName());
    }

    /** @throws IllegalArgumentException if this program doesn't know the type */
    static EventType of(String name) {
        EventType type = BY_NAME.get(name);
        if (type == null) {
            throw new IllegalArgumentException(
                    "unknown event type " + name + "; a newer Cloister wrote it: upgrade this one");
        }
        return type;
    }

    static Map<String, EventType> all() {
        return Collections.unmodifiableMap(BY_NAME);
    }

    private static List<Class<? extends Event>> leaves() {
        List<Class<? extends Event>> leaves = new ArrayList<>();
        collect(Event.class, leaves);
        return leaves;
    }

    private static void collect(Class<?> family, List<Class<? extends Event>> leaves) {
        for (Class<?> member : family.getPermittedSubclasses()) {
            if (member.isSealed()) {
                collect(member, leaves);
            } else {
                leaves.add(member.asSubclass(Event.class));
            }
        }
    }
}
