package org.cloister.agent.ports;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.cloister.events.Port;

/** What Debian's servers listen on whose configuration isn't read here: the resource {@code known-services}, which names its sources. */
final class KnownServices {
    private static final List<Service> SERVICES = read();

    private record Service(Pattern name, Set<Port> ports) {}

    private KnownServices() {}

    /** None for a package that isn't known to listen. */
    static Set<Port> ports(String packageName) {
        Set<Port> ports = new TreeSet<>();
        for (Service service : SERVICES) {
            if (service.name().matcher(packageName).matches()) {
                ports.addAll(service.ports());
            }
        }
        return ports;
    }

    private static List<Service> read() {
        List<Service> services = new ArrayList<>();
        try (InputStream in = Objects.requireNonNull(KnownServices.class.getResourceAsStream("known-services"))) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                String[] words = line.replaceFirst("#.*", "").strip().split("\\s+");
                if (words.length > 1) {
                    Set<Port> ports = new TreeSet<>();
                    for (int i = 1; i < words.length; i++) {
                        ports.add(Port.parse(words[i]));
                    }
                    services.add(new Service(Pattern.compile(words[0]), ports));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(services);
    }
}
