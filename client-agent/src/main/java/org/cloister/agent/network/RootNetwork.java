package org.cloister.agent.network;

import java.util.List;
import org.cloister.agent.image.PortClaim;
import org.cloister.events.RootName;

/**
 * The network of one root: a pair of interfaces, one of which is {@code eth0} in the root's namespace.
 *
 * @param namespace as ip-netns(8) names it
 * @param link the host's interface of the pair
 * @param claims what the root binds, leased or not
 */
record RootNetwork(RootName root, Ipv4Block subnet, String namespace, String link, List<PortClaim> claims) {
    RootNetwork {
        claims = List.copyOf(claims);
    }

    /** The host's address, which is the root's gateway. */
    String gateway() {
        return subnet.at(1);
    }

    /** The root's own address. */
    String address() {
        return subnet.at(2);
    }
}
