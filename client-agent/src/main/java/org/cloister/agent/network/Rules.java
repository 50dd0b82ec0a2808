package org.cloister.agent.network;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table of nftables (nft(8)) that leads leased ports to their roots, as one text that replaces it as a whole and at once.
 *
 * <p>What arrives from outside, from the host itself, and from another root at a leased port of any address of the host is led to the root
 * that holds the lease. Nothing else gets into a root's network but what belongs to its own connections; a root gets out through the host's address.
 *
 * @param resolver a name server of the host's loopback network that roots reach at their gateway's port 53, or null
 * @param closed whether the host forwards packets for roots only, because it forwarded none before
 */
record Rules(
        NetworkNames names,
        List<RootNetwork> networks,
        @Nullable String resolver,
        boolean closed) {
    private static final String FAMILY = "ip";

    /** Who connects to the host's 127.0.0.1 comes from here (RFC 7600, a dummy address), as from nowhere else. */
    private static final String LOOPBACK_CALLER = "192.0.0.8";

    Rules {
        networks = List.copyOf(networks);
    }

    String text() {
        RuleTable table = new RuleTable(FAMILY, names);
        table.leases("ipv4_addr", networks, RootNetwork::address);
        // With route_localnet a packet from outside could reach the loopback network (CVE-2020-8558).
        table.chain(
                "guard",
                "filter",
                "prerouting",
                "raw",
                List.of("iifname " + table.links() + " ip daddr 127.0.0.0/8 drop"));
        List<String> arriving = new ArrayList<>();
        if (resolver != null) {
            for (RootNetwork network : networks) {
                arriving.add("iifname \"" + network.link() + "\" ip daddr " + network.gateway()
                        + " meta l4proto { tcp, udp } th dport 53 dnat ip to " + resolver);
            }
        }
        arriving.add(table.lead());
        table.chain("arriving", "nat", "prerouting", "dstnat", arriving);
        table.chain("local", "nat", "output", "-100", List.of(table.lead()));
        table.leaving("ip saddr 127.0.0.0/8 snat ip to " + LOOPBACK_CALLER);
        table.passing(closed);
        return table.text();
    }

    /**
     * For a root's own network: what binds 127.0.0.1 is for programs of this machine, and a root's network is no machine. Who connects to the
     * host's 127.0.0.1 at a lease arrives at the root's, from it; nobody else does.
     */
    static String inside(NetworkNames names) {
        RuleTable table = new RuleTable(FAMILY, names);
        table.chain("guard", "filter", "prerouting", "raw", List.of("iifname \"eth0\" ip daddr 127.0.0.0/8 drop"));
        String caller = "iifname \"eth0\" ip saddr " + LOOPBACK_CALLER;
        table.chain("arriving", "nat", "prerouting", "dstnat", List.of(caller + " dnat ip to 127.0.0.1"));
        table.chain("arrived", "nat", "input", "100", List.of(caller + " snat ip to 127.0.0.1"));
        return table.text();
    }

    /** Removes the table, whether it is there or not. */
    static String none(NetworkNames names) {
        return new RuleTable(FAMILY, names).none();
    }
}
