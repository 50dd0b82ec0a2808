package org.cloister.agent.service;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import org.cloister.events.ServiceName;

/** In which order services of one root are started and stopped, by what their units say of each other (systemd.unit(5)). */
public final class StartOrder {
    private StartOrder() {}

    /**
     * What is started with {@code names}, and for each the others of these that must be up before. Services in a circle of
     * {@code After=} aren't waited for by each other.
     */
    public static SortedMap<ServiceName, Set<ServiceName>> starts(
            Map<ServiceName, ServiceUnit> units, Collection<ServiceName> names) {
        Set<ServiceName> all = closure(units, names, (unit, other) -> {
            ServiceUnit.Relations relations = relations(units, unit);
            return relations.requires().contains(other)
                    || relations.wants().contains(other)
                    || relations.bindsTo().contains(other);
        });
        return ordered(units, all, (later, earlier) -> isAfter(units, later, earlier));
    }

    /** What is stopped with {@code names}, and for each the others of these that must be down before. */
    public static SortedMap<ServiceName, Set<ServiceName>> stops(
            Map<ServiceName, ServiceUnit> units, Collection<ServiceName> names) {
        Set<ServiceName> all = closure(units, names, (unit, other) -> {
            ServiceUnit.Relations relations = relations(units, other);
            return relations.needs(unit) || relations.partOf().contains(unit);
        });
        return ordered(units, all, (later, earlier) -> isAfter(units, earlier, later));
    }

    private static ServiceUnit.Relations relations(Map<ServiceName, ServiceUnit> units, ServiceName name) {
        return Objects.requireNonNull(units.get(name)).relations();
    }

    private static boolean isAfter(Map<ServiceName, ServiceUnit> units, ServiceName later, ServiceName earlier) {
        return relations(units, later).after().contains(earlier)
                || relations(units, earlier).before().contains(later);
    }

    private static Set<ServiceName> closure(
            Map<ServiceName, ServiceUnit> units,
            Collection<ServiceName> names,
            BiPredicate<ServiceName, ServiceName> pulls) {
        Set<ServiceName> all = new TreeSet<>();
        Deque<ServiceName> open = new ArrayDeque<>(names);
        while (!open.isEmpty()) {
            ServiceName name = open.remove();
            if (units.containsKey(name) && all.add(name)) {
                units.keySet().stream().filter(other -> pulls.test(name, other)).forEach(open::add);
            }
        }
        return all;
    }

    private static SortedMap<ServiceName, Set<ServiceName>> ordered(
            Map<ServiceName, ServiceUnit> units, Set<ServiceName> all, BiPredicate<ServiceName, ServiceName> follows) {
        SortedMap<ServiceName, Set<ServiceName>> order = new TreeMap<>();
        for (ServiceName name : all) {
            Set<ServiceName> before = new TreeSet<>();
            for (ServiceName other : all) {
                if (!other.equals(name)
                        && follows.test(name, other)
                        && !closure(units, Set.of(other), (a, b) -> all.contains(b) && follows.test(a, b))
                                .contains(name)) {
                    before.add(other);
                }
            }
            order.put(name, before);
        }
        return order;
    }
}
