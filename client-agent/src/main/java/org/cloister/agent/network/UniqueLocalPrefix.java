package org.cloister.agent.network;

import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.cloister.events.Digest;

/**
 * The first 48 bits of the IPv6 addresses of an agent's roots: a unique local prefix (RFC 4193), written {@code fd12:3456:789a}. The address of a root in
 * it ends in its IPv4 address, so that whoever has one of these has the other.
 */
record UniqueLocalPrefix(String text) {
    /** Of an address in it, two hosts and two that nobody uses, as of the IPv4 subnet. */
    static final int LENGTH = 126;

    private static final int BITS = 48;
    private static final int HEX = 16;
    private static final int GROUP = 4;
    private static final int GROUP_MASK = 0xffff;
    private static final int DEVICE = 9;
    /** Two that clash are a host with routes like these by purpose. */
    private static final int MAX_TRIES = 16;

    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /**
     * The same one for an agent as long as it clashes with no route of the host.
     *
     * @param routes the text of {@code /proc/net/ipv6_route} (proc_net(5))
     * @param except interfaces whose routes don't count
     */
    static UniqueLocalPrefix of(String tag, String routes, Predicate<String> except) {
        String digits = "";
        for (int i = 0; i < MAX_TRIES; i++) {
            digits = "fd" + Digest.ofText("cloister " + tag + " " + i).hex().substring(0, BITS / GROUP - 2);
            if (isFree(digits, routes, except)) {
                break;
            }
        }
        return new UniqueLocalPrefix(group(digits, 0) + ":" + group(digits, 1) + ":" + group(digits, 2));
    }

    private static String group(String digits, int number) {
        return Integer.toHexString(Integer.parseInt(digits.substring(number * GROUP, (number + 1) * GROUP), HEX));
    }

    private static boolean isFree(String digits, String routes, Predicate<String> except) {
        return routes.lines().noneMatch(line -> {
            String[] fields = BLANKS.split(line.strip());
            if (fields.length <= DEVICE || except.test(fields[DEVICE]) || fields[0].length() < digits.length()) {
                return false;
            }
            int bits = Math.min(BITS, Integer.parseInt(fields[1], HEX));
            return bits > 0 && first(fields[0], bits) == first(digits, bits);
        });
    }

    private static long first(String digits, int bits) {
        return Long.parseLong(digits.substring(0, BITS / GROUP), HEX) >>> BITS - bits;
    }

    /** The address number {@code n} of the subnet that goes with this one. */
    String at(Ipv4Block subnet, int n) {
        int address = subnet.address() + n;
        return text + "::" + Integer.toHexString(address >>> HEX) + ":" + Integer.toHexString(address & GROUP_MASK);
    }
}
