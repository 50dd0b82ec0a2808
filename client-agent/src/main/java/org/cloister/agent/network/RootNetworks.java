package org.cloister.agent.network;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.cloister.agent.image.PortClaim;
import org.cloister.agent.root.NetworkEntry;
import org.cloister.events.Port;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;

/** The networks of roots on this machine. Thread-safe. */
public interface RootNetworks extends AutoCloseable {
    /**
     * From now on these roots have networks, and no others; their leased ports lead there. What is so already stays as it is, with the
     * programs in it. Asked again after a failure, it goes on.
     */
    void apply(SortedMap<RootName, SortedMap<Port, PortClaim>> claims) throws IOException;

    /** What changed on the host since: its name servers, its routes. Cheap; called every few seconds. */
    void refresh() throws IOException;

    /** How programs of the root get into its network, which may not be there yet; empty if there can be none here. */
    Optional<NetworkEntry> entry(RootName root);

    /** The root's own address; null as long as it has none. */
    @Nullable
    String address(RootName root);

    /** The files of {@code /proc/net} as the root's network has them, by their names; empty if there is no such network. */
    Map<String, String> sockets(RootName root) throws IOException;

    /** The first port of the host that can be led to a root here. */
    int lowestPort();

    /** Why there can be no networks here, and what to do, or null. */
    @Nullable
    String problem();

    /** Takes down every network and every rule. */
    @Override
    void close() throws IOException;
}
