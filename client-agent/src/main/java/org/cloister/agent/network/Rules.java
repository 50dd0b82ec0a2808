package org.cloister.agent.network;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.cloister.agent.image.PortClaim;
import org.cloister.events.Port;
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
    /** Who connects to the host's 127.0.0.1 comes from here (RFC 7600, a dummy address), as from nowhere else. */
    private static final String LOOPBACK_CALLER = "192.0.0.8";

    Rules {
        networks = List.copyOf(networks);
    }

    String text() {
        String table = "table ip " + names.table();
        String links = "\"" + names.linkPrefix() + "*\"";
        String any = "\"" + NetworkNames.ANY_LINK + "\"";
        List<String> lines = new ArrayList<>(List.of(table, "delete " + table, table + " {"));
        leases(lines, "ipv4_addr", networks, RootNetwork::address);
        // With route_localnet a packet from outside could reach the loopback network (CVE-2020-8558).
        chain(
                lines,
                "guard",
                "filter",
                "prerouting",
                "raw",
                List.of("iifname " + links + " ip daddr 127.0.0.0/8 drop"));
        String lead = "fib daddr type local dnat ip to meta l4proto . th dport map @leases";
        List<String> arriving = new ArrayList<>();
        if (resolver != null) {
            for (RootNetwork network : networks) {
                arriving.add("iifname \"" + network.link() + "\" ip daddr " + network.gateway()
                        + " meta l4proto { tcp, udp } th dport 53 dnat ip to " + resolver);
            }
        }
        arriving.add(lead);
        chain(lines, "arriving", "nat", "prerouting", "dstnat", arriving);
        chain(lines, "local", "nat", "output", "-100", List.of(lead));
        chain(
                lines,
                "leaving",
                "nat",
                "postrouting",
                "srcnat",
                List.of(
                        "oifname " + links + " ip saddr 127.0.0.0/8 snat ip to " + LOOPBACK_CALLER,
                        "iifname " + links + " oifname " + any + " masquerade",
                        "iifname " + links + " oifname != " + any + " masquerade"));
        chain(lines, "passing", "filter", "forward", "filter", passing(names, closed));
        lines.add("}");
        return String.join("\n", lines) + "\n";
    }

    /** What may be forwarded. */
    static List<String> passing(NetworkNames names, boolean closed) {
        String links = "\"" + names.linkPrefix() + "*\"";
        String any = "\"" + NetworkNames.ANY_LINK + "\"";
        List<String> passing = new ArrayList<>(List.of(
                "oifname " + links + " ct state established,related accept",
                "oifname " + links + " ct status dnat accept",
                "oifname " + links + " drop"));
        if (closed) {
            passing.add("iifname != " + any + " oifname != " + any + " drop");
        }
        return passing;
    }

    /**
     * For a root's own network: what binds 127.0.0.1 is for programs of this machine, and a root's network is no machine. Who connects to the
     * host's 127.0.0.1 at a lease arrives at the root's, from it; nobody else does.
     */
    static String inside(NetworkNames names) {
        String table = "table ip " + names.table();
        List<String> lines = new ArrayList<>(List.of(table, "delete " + table, table + " {"));
        chain(lines, "guard", "filter", "prerouting", "raw", List.of("iifname \"eth0\" ip daddr 127.0.0.0/8 drop"));
        String caller = "iifname \"eth0\" ip saddr " + LOOPBACK_CALLER;
        chain(lines, "arriving", "nat", "prerouting", "dstnat", List.of(caller + " dnat ip to 127.0.0.1"));
        chain(lines, "arrived", "nat", "input", "100", List.of(caller + " snat ip to 127.0.0.1"));
        lines.add("}");
        return String.join("\n", lines) + "\n";
    }

    /** Removes the table, whether it is there or not. */
    static String none(NetworkNames names) {
        String table = "table ip " + names.table();
        return table + "\ndelete " + table + "\n";
    }

    /** The map from leased ports to where they lead. @param type of address, as nft(8) names it */
    static void leases(
            List<String> lines, String type, List<RootNetwork> networks, Function<RootNetwork, String> address) {
        List<String> elements = new ArrayList<>();
        for (RootNetwork network : networks) {
            for (PortClaim claim : network.claims()) {
                Port outside = claim.outside();
                if (outside != null) {
                    elements.add(outside.protocol().text() + " . " + outside.number() + " : " + address.apply(network)
                            + " . " + claim.inside().number());
                }
            }
        }
        lines.add("  map leases {");
        lines.add("    type inet_proto . inet_service : " + type + " . inet_service");
        if (!elements.isEmpty()) {
            lines.add("    elements = { " + String.join(", ", elements) + " }");
        }
        lines.add("  }");
    }

    static void chain(List<String> lines, String name, String type, String hook, String priority, List<String> rules) {
        lines.add("  chain " + name + " {");
        lines.add("    type " + type + " hook " + hook + " priority " + priority);
        rules.forEach(rule -> lines.add("    " + rule));
        lines.add("  }");
    }
}
