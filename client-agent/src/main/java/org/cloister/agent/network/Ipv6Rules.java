package org.cloister.agent.network;

import java.util.List;

/**
 * The table for IPv6, as {@link Rules} is for IPv4. Nothing needs to be let into the loopback network here: the kernel takes a packet from or for ::1 on no other
 * interface (RFC 4291, 2.5.3), and what the host sends to its ::1 leaves it from the address of the root's gateway.
 *
 * @param networks that have IPv6
 * @param closed whether the host forwards packets for roots only, because it forwarded none before
 */
record Ipv6Rules(NetworkNames names, List<RootNetwork> networks, boolean closed) {
    private static final String FAMILY = "ip6";

    Ipv6Rules {
        networks = List.copyOf(networks);
    }

    String text() {
        RuleTable table = new RuleTable(FAMILY, names);
        table.leases("ipv6_addr", networks, RootNetwork::ipv6Address);
        table.chain("arriving", "nat", "prerouting", "dstnat", List.of(table.lead()));
        table.chain("local", "nat", "output", "-100", List.of(table.lead()));
        table.leaving("ip6 saddr ::1 masquerade");
        table.passing(closed);
        return table.text();
    }

    /** Removes the table, whether it is there or not. */
    static String none(NetworkNames names) {
        return new RuleTable(FAMILY, names).none();
    }
}
