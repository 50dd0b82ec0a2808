package org.cloister.agent.ports;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ways in which configuration files write an address to listen on. */
final class ListenWords {
    private static final Pattern PORT =
            Pattern.compile("(?:(?<address>\\[[0-9A-Fa-f:.%]*]|[^:\\[\\]\\s]*):)?(?<port>[0-9]{1,5})");

    private static final int MAX = 65_535;

    private ListenWords() {}

    /**
     * The port in {@code 80}, {@code *:80}, {@code 0.0.0.0:80} or {@code [::]:80}; empty for anything else, such as a path, and for an
     * address of the loopback network, which nobody outside can reach.
     */
    static Optional<Integer> port(String word) {
        Matcher matcher = PORT.matcher(word);
        if (!matcher.matches() || isLoopback(matcher.group("address"))) {
            return Optional.empty();
        }
        int port = Integer.parseInt(matcher.group("port"));
        return port >= 1 && port <= MAX ? Optional.of(port) : Optional.empty();
    }

    @SuppressWarnings("NullAway") // a group that didn't take part is null
    private static boolean isLoopback(String address) {
        return address != null
                && (address.startsWith("127.") || address.equals("localhost") || address.equals("[::1]"));
    }
}
