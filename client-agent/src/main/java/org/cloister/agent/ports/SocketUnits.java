package org.cloister.agent.ports;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.cloister.events.Port;

/** Socket units (systemd.socket(5)): {@code ListenStream=} is TCP and {@code ListenDatagram=} UDP where it names a port. */
final class SocketUnits {
    private SocketUnits() {}

    static Set<Port> ports(String unit) {
        Set<Port> ports = new TreeSet<>();
        unit.lines().map(String::strip).forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0 && !line.startsWith("#") && !line.startsWith(";")) {
                add(
                        ports,
                        line.substring(0, equals).strip(),
                        line.substring(equals + 1).strip());
            }
        });
        return ports;
    }

    private static void add(Set<Port> ports, String key, String value) {
        if (key.equals("ListenStream") || key.equals("ListenDatagram")) {
            // An empty assignment takes back what came before.
            if (value.isEmpty()) {
                ports.clear();
                return;
            }
            Optional<Integer> port = ListenWords.port(value);
            port.map(key.equals("ListenStream") ? Port::tcp : Port::udp).ifPresent(ports::add);
        }
    }
}
