package org.cloister.agent.network;

import java.util.List;
import java.util.Objects;
import org.cloister.agent.image.PortClaim;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;

/**
 * The network of one root: a pair of interfaces, one of which is {@code eth0} in the root's namespace.
 *
 * @param namespace as ip-netns(8) names it
 * @param link the host's interface of the pair
 * @param prefix of its IPv6 addresses, or null where it has none
 * @param claims what the root binds, leased or not
 */
record RootNetwork(
        RootName root,
        Ipv4Block subnet,
        @Nullable UniqueLocalPrefix prefix,
        String namespace,
        String link,
        List<PortClaim> claims) {
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

    boolean hasIpv6() {
        return prefix != null;
    }

    /** As {@link #gateway()}. @throws NullPointerException if it has none */
    String ipv6Gateway() {
        return Objects.requireNonNull(prefix).at(subnet, 1);
    }

    /** As {@link #address()}. @throws NullPointerException if it has none */
    String ipv6Address() {
        return Objects.requireNonNull(prefix).at(subnet, 2);
    }
}
