package org.cloister.agent.network;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cloister.events.RootName;

/**
 * Which subnet of four addresses each root has: private ones (RFC 1918) that clash with none of the host's routes. A root keeps its
 * subnet as long as it is there and nothing clashes. Immutable.
 */
record Subnets(SortedMap<RootName, Ipv4Block> byRoot) {
    /** Two hosts and what IPv4 takes for itself. */
    static final int LENGTH = 30;

    /** Tried in this order. The first ones are seldom used by anybody; the last are for machines whose VPN takes all of 10/8. */
    static final List<Ipv4Block> POOLS = List.of(
            Ipv4Block.parse("10.213.0.0/16"),
            Ipv4Block.parse("172.29.128.0/18"),
            Ipv4Block.parse("192.168.213.0/24"),
            Ipv4Block.parse("10.87.0.0/16"));

    static final Subnets NONE = new Subnets(new TreeMap<>());

    Subnets {
        byRoot = Collections.unmodifiableSortedMap(new TreeMap<>(byRoot));
    }

    /**
     * The subnets of these roots.
     *
     * @param routes of the host, without those to roots
     * @return as many roots as there are subnets for; one that is left out has none
     */
    Subnets of(Collection<RootName> roots, List<Ipv4Block> routes) {
        SortedMap<RootName, Ipv4Block> next = new TreeMap<>();
        for (RootName root : roots) {
            Ipv4Block present = byRoot.get(root);
            if (present != null && isFree(present, routes)) {
                next.put(root, present);
            }
        }
        Set<Ipv4Block> used = new HashSet<>(next.values());
        for (RootName root : roots) {
            if (!next.containsKey(root)) {
                free(routes, used).ifPresent(subnet -> {
                    next.put(root, subnet);
                    used.add(subnet);
                });
            }
        }
        return new Subnets(next);
    }

    private static boolean isFree(Ipv4Block subnet, List<Ipv4Block> routes) {
        return routes.stream().noneMatch(route -> route.length() > 0 && route.overlaps(subnet));
    }

    private static Optional<Ipv4Block> free(List<Ipv4Block> routes, Set<Ipv4Block> used) {
        for (Ipv4Block pool : POOLS) {
            for (int i = 0; i < pool.parts(LENGTH); i++) {
                Ipv4Block subnet = pool.part(i, LENGTH);
                if (!used.contains(subnet) && isFree(subnet, routes)) {
                    return Optional.of(subnet);
                }
            }
        }
        return Optional.empty();
    }
}
