package org.cloister.agent.network;

import org.cloister.events.Digest;
import org.cloister.events.RootName;

/**
 * What one agent calls its parts of the host's network, so that several agents of one machine don't touch each other's.
 *
 * @param tag four hexadecimal digits that follow from the agent's state directory
 */
public record NetworkNames(String tag) {
    /** Every agent's interfaces: none of them is a stranger to another agent's rules. */
    static final String ANY_LINK = "clo*";

    private static final int TAG_DIGITS = 4;

    public static NetworkNames of(String stateDirectory) {
        return new NetworkNames(Digest.ofText(stateDirectory).hex().substring(0, TAG_DIGITS));
    }

    String namespacePrefix() {
        return "cloister-" + tag + "-";
    }

    public String namespace(RootName root) {
        return namespacePrefix() + root;
    }

    /** An interface's name has at most 15 characters (IFNAMSIZ). */
    String linkPrefix() {
        return "clo" + tag + "n";
    }

    String link(Ipv4Block subnet) {
        // What is left of the address after the pools' first octet tells subnets apart, and fits.
        return linkPrefix() + Integer.toString(subnet.address() >>> 2 & 0x3fffffff, Character.MAX_RADIX);
    }

    /** The table of nftables. */
    String table() {
        return "cloister_" + tag;
    }
}
