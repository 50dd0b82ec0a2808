package org.cloister.agent.network;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The text of {@code /proc/net/route} (proc_net(5)): tab-separated, addresses as little-endian hexadecimal numbers. */
final class HostRoutes {
    private static final int DESTINATION = 1;
    private static final int MASK = 7;
    private static final int HEX = 16;

    private HostRoutes() {}

    /** Where the host's routes lead, but for those through interfaces that {@code except} names. */
    static List<Ipv4Block> read(String text, Predicate<String> except) {
        List<Ipv4Block> routes = new ArrayList<>();
        for (String line : text.lines().skip(1).toList()) {
            String[] fields = line.strip().split("\\s+");
            if (fields.length > MASK && !except.test(fields[0])) {
                int mask = number(fields[MASK]);
                routes.add(new Ipv4Block(number(fields[DESTINATION]) & mask, Integer.bitCount(mask)));
            }
        }
        return routes;
    }

    private static int number(String hex) {
        return Integer.reverseBytes(Integer.parseUnsignedInt(hex, HEX));
    }
}
