package org.cloister.agent.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether this host has IPv6, which may be left out of its kernel or switched off (ip-sysctl, {@code disable_ipv6}). */
final class HostIpv6 {
    private static final Logger LOG = LoggerFactory.getLogger(HostIpv6.class);
    private static final Path ADDRESSES = Path.of("/proc/net/if_inet6");
    private static final Path SWITCH = Path.of("/proc/sys/net/ipv6/conf/all/disable_ipv6");
    private static final Path ROUTES = Path.of("/proc/net/ipv6_route");
    private static final String TRIAL =
            "table ip6 cloister_trial {\n  chain c {\n    type nat hook output priority -100\n  }\n}\n";

    private final NetworkNames names;
    private @Nullable Boolean translates;

    HostIpv6(NetworkNames names) {
        this.names = names;
    }

    /** The prefix of roots' addresses; empty where they have none. */
    Optional<UniqueLocalPrefix> prefix() throws IOException {
        if (!canTranslate() || !Files.readString(SWITCH).strip().equals("0")) {
            return Optional.empty();
        }
        return Optional.of(UniqueLocalPrefix.of(
                names.tag(), Files.readString(ROUTES), name -> name.startsWith(names.linkPrefix())));
    }

    /** The kernel has it, in use or not. */
    static boolean isIn() {
        return Files.exists(ADDRESSES) && Files.exists(SWITCH);
    }

    /** The kernel has it and nftables for it, in use or not. */
    boolean canTranslate() {
        return isIn() && translates();
    }

    private boolean translates() {
        Boolean known = translates;
        if (known == null) {
            try {
                Programs.run(TRIAL, "nft", "--check", "--file", "-");
                known = true;
            } catch (IOException e) {
                LOG.info("roots have no IPv6: {}", e.getMessage());
                known = false;
            }
            translates = known;
        }
        return known;
    }
}
