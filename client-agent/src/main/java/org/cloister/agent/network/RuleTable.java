package org.cloister.agent.network;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.cloister.agent.image.PortClaim;
import org.cloister.events.Port;

/** A table of nftables (nft(8)) of this agent, as one text that replaces it as a whole and at once. What leads to roots is the same in each family. */
final class RuleTable {
    private final String family;
    private final String table;
    private final String links;
    private final String any;
    private final List<String> lines = new ArrayList<>();

    /** @param family {@code ip} or {@code ip6} */
    RuleTable(String family, NetworkNames names) {
        this.family = family;
        this.table = "table " + family + " " + names.table();
        this.links = "\"" + names.linkPrefix() + "*\"";
        this.any = "\"" + NetworkNames.ANY_LINK + "\"";
    }

    /** Matches the hosts' ends of all roots' links. */
    String links() {
        return links;
    }

    /** Where {@link #leases} lead what arrives at an address of the host. */
    String lead() {
        return "fib daddr type local dnat " + family + " to meta l4proto . th dport map @leases";
    }

    /** The map from leased ports to where they lead. @param type of address, as nft(8) names it */
    void leases(String type, List<RootNetwork> networks, Function<RootNetwork, String> address) {
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

    /**
     * Roots get out through the host's address.
     *
     * @param ofLoopback for what the host's own loopback network sends to roots
     */
    void leaving(String ofLoopback) {
        chain(
                "leaving",
                "nat",
                "postrouting",
                "srcnat",
                List.of(
                        "oifname " + links + " " + ofLoopback,
                        "iifname " + links + " oifname " + any + " masquerade",
                        "iifname " + links + " oifname != " + any + " masquerade"));
    }

    /**
     * What may be forwarded.
     *
     * @param closed whether the host forwards packets for roots only, because it forwarded none before
     */
    void passing(boolean closed) {
        List<String> rules = new ArrayList<>(List.of(
                "oifname " + links + " ct state established,related accept",
                "oifname " + links + " ct status dnat accept",
                "oifname " + links + " drop"));
        if (closed) {
            rules.add("iifname != " + any + " oifname != " + any + " drop");
        }
        chain("passing", "filter", "forward", "filter", rules);
    }

    void chain(String name, String type, String hook, String priority, List<String> rules) {
        lines.add("  chain " + name + " {");
        lines.add("    type " + type + " hook " + hook + " priority " + priority);
        rules.forEach(rule -> lines.add("    " + rule));
        lines.add("  }");
    }

    /** Removes the table, whether it is there or not. */
    String none() {
        return table + "\ndelete " + table + "\n";
    }

    String text() {
        return none() + table + " {\n" + String.join("\n", lines) + "\n}\n";
    }
}
