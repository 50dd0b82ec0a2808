package org.cloister.agent.ports;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.cloister.agent.image.LinkedRoot;
import org.cloister.agent.root.RootView;
import org.cloister.agent.store.ObjectStore;
import org.cloister.events.Port;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;

/**
 * What a root wants to listen on by itself, from what is in it: what Apache and nginx are configured to, the socket units of its package,
 * and services that are known by their package. A package that merely depends on a server's library wants nothing.
 */
public final class ShippedPorts {
    private static final List<String> UNITS = List.of("usr/lib/systemd/system/", "etc/systemd/system/");
    private static final String SOCKET = ".socket";

    private final ObjectStore store;
    private final Path mount;

    public ShippedPorts(ObjectStore store, Path mount) {
        this.store = store;
        this.mount = mount;
    }

    /** In order. Reads a few files below the mount. @throws IOException if the file system or the store doesn't answer */
    public Set<Port> of(LinkedRoot root) throws IOException {
        RootView view = new RootView(mount.resolve(root.target().root().text()));
        Set<Port> ports = new TreeSet<>();
        String requested = root.target().requested().name().text();
        for (Closure.Member member : root.target().closure().packages()) {
            String name = member.id().name().text();
            if (name.equals("apache2")) {
                ports.addAll(ApacheListen.ports(view));
            } else if (name.equals("nginx-common") || name.equals("nginx")) {
                ports.addAll(NginxListen.ports(view));
            }
            // postgresql stands for postgresql-15, dovecot-imapd for itself; a library of either for nothing.
            if (name.equals(requested) || name.startsWith(requested + "-")) {
                ports.addAll(KnownServices.ports(name));
                ports.addAll(socketUnits(view, store.manifest(member.layer())));
            }
        }
        return ports;
    }

    private static Set<Port> socketUnits(RootView view, Manifest shipped) throws IOException {
        Set<Port> ports = new TreeSet<>();
        for (ManifestEntry entry : shipped.entries()) {
            if (entry.path().endsWith(SOCKET) && UNITS.stream().anyMatch(entry.path()::startsWith)) {
                ports.addAll(SocketUnits.ports(view.text(entry.path()).orElse("")));
            }
        }
        return ports;
    }
}
