package org.cloister.agent.network;

import java.util.ArrayList;
import java.util.List;

/**
 * The table for IPv6, as {@link Rules} is for IPv4. Nothing needs to be let into the loopback network here: the kernel takes a packet from or for ::1 on no other
 * interface (RFC 4291, 2.5.3), and what the host sends to its ::1 leaves it from the address of the root's gateway.
 *
 * @param networks that have IPv6
 * @param closed whether the host forwards packets for roots only, because it forwarded none before
 */
record Ipv6Rules(NetworkNames names, List<RootNetwork> networks, boolean closed) {
    Ipv6Rules {
        networks = List.copyOf(networks);
    }

    String text() {
        String links = "\"" + names.linkPrefix() + "*\"";
        String any = "\"" + NetworkNames.ANY_LINK + "\"";
        List<String> lines = new ArrayList<>(List.of("table ip6 " + names.table() + " {"));
        Rules.leases(lines, "ipv6_addr", networks, RootNetwork::ipv6Address);
        String lead = "fib daddr type local dnat ip6 to meta l4proto . th dport map @leases";
        Rules.chain(lines, "arriving", "nat", "prerouting", "dstnat", List.of(lead));
        Rules.chain(lines, "local", "nat", "output", "-100", List.of(lead));
        Rules.chain(
                lines,
                "leaving",
                "nat",
                "postrouting",
                "srcnat",
                List.of(
                        "oifname " + links + " ip6 saddr ::1 masquerade",
                        "iifname " + links + " oifname " + any + " masquerade",
                        "iifname " + links + " oifname != " + any + " masquerade"));
        Rules.chain(lines, "passing", "filter", "forward", "filter", Rules.passing(names, closed));
        lines.add("}");
        return none(names) + String.join("\n", lines) + "\n";
    }

    /** Removes the table, whether it is there or not. */
    static String none(NetworkNames names) {
        String table = "table ip6 " + names.table();
        return table + "\ndelete " + table + "\n";
    }
}
