package org.cloister.agent.ports;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.cloister.events.Port;

/** What the files {@code tcp}, {@code tcp6}, {@code udp} and {@code udp6} of {@code /proc/net} say (proc_net(5)). */
public final class SocketTable {
    /** Their names. */
    public static final List<String> FILES = List.of("tcp", "tcp6", "udp", "udp6");

    private static final int LOCAL = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;
    private static final int HEX = 16;
    /** TCP_LISTEN, and TCP_CLOSE for a datagram socket that is connected to nobody. */
    private static final String LISTENS = "0A";

    private static final String UNCONNECTED = "07";

    private static final String LOOPBACK_6 = "00000000000000000000000001000000";

    private SocketTable() {}

    /**
     * A socket that waits for others.
     *
     * @param loopback whether it can be reached from the same network only
     * @param inode of the socket, by which processes that hold it are found
     */
    public record Listener(Port port, boolean loopback, long inode) {}

    /** @param texts by the files' names */
    public static List<Listener> listeners(Map<String, String> texts) {
        List<Listener> listeners = new ArrayList<>();
        texts.forEach((name, text) -> text.lines().skip(1).forEach(line -> {
            String[] fields = line.strip().split("\\s+");
            boolean tcp = name.startsWith("tcp");
            if (fields.length > INODE && fields[STATE].equals(tcp ? LISTENS : UNCONNECTED)) {
                int colon = fields[LOCAL].indexOf(':');
                int number = Integer.parseInt(fields[LOCAL].substring(colon + 1), HEX);
                if (number > 0) {
                    listeners.add(new Listener(
                            tcp ? Port.tcp(number) : Port.udp(number),
                            isLoopback(fields[LOCAL].substring(0, colon)),
                            Long.parseLong(fields[INODE])));
                }
            }
        }));
        return listeners;
    }

    public static Set<Port> ports(List<Listener> listeners) {
        Set<Port> ports = new TreeSet<>();
        listeners.forEach(listener -> ports.add(listener.port()));
        return ports;
    }

    /** The words of an address are in the machine's order, so 127 is the last byte of an IPv4 address. */
    private static boolean isLoopback(String address) {
        boolean ofIpv4 = address.length() == Integer.BYTES * 2 || address.startsWith("0000000000000000FFFF0000");
        return address.equals(LOOPBACK_6) || (ofIpv4 && address.endsWith("7F"));
    }
}
