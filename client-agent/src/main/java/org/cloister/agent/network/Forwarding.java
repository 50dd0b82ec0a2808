package org.cloister.agent.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Whether the host forwards packets between its interfaces (ip-sysctl, {@code forwarding}). Switched on as long as roots have networks; a mark in
 * {@code /run} tells that it was this agent that did it, and who finds it off again after a reboot finds no mark.
 *
 * <p>A host that forwards IPv6 drops the routes that routers announced to it and hears no new ones, unless an interface is told to hear them all the
 * same ({@code accept_ra} 2). Interfaces that hear routers are, as long as the switch is on; the mark names them.
 */
final class Forwarding {
    private static final Path IPV6 = Path.of("/proc/sys/net/ipv6/conf");
    private static final String HEARS = "1";
    private static final String HEARS_ALWAYS = "2";

    private final Path toggle;
    private final Path mark;
    private final boolean announced;

    private Forwarding(Path toggle, Path mark, boolean announced) {
        this.toggle = toggle;
        this.mark = mark;
        this.announced = announced;
    }

    static Forwarding ofIpv4(NetworkNames names) {
        return new Forwarding(
                Path.of("/proc/sys/net/ipv4/ip_forward"), Path.of("/run/cloister/forwarding-" + names.tag()), false);
    }

    static Forwarding ofIpv6(NetworkNames names) {
        return new Forwarding(
                IPV6.resolve("all/forwarding"), Path.of("/run/cloister/forwarding6-" + names.tag()), true);
    }

    /** @return whether nobody else wants it, so that only roots' packets may pass */
    boolean on() throws IOException {
        if (Files.readString(toggle).strip().equals("0")) {
            List<String> hearing = announced ? hearing() : List.of();
            Files.createDirectories(mark.getParent());
            Files.write(mark, hearing);
            tell(hearing, HEARS_ALWAYS);
            Files.writeString(toggle, "1");
        }
        return Files.exists(mark);
    }

    void restore() throws IOException {
        if (Files.exists(mark)) {
            Files.writeString(toggle, "0");
            tell(Files.readAllLines(mark), HEARS);
            Files.delete(mark);
        }
    }

    /** Those that hear routers, and {@code default}: those that come. */
    private static List<String> hearing() throws IOException {
        List<String> hearing = new ArrayList<>();
        try (Stream<Path> interfaces = Files.list(IPV6)) {
            for (Path one : interfaces.toList()) {
                Path setting = one.resolve("accept_ra");
                if (Files.exists(setting) && Files.readString(setting).strip().equals(HEARS)) {
                    hearing.add(one.getFileName().toString());
                }
            }
        }
        return hearing;
    }

    private static void tell(List<String> interfaces, String setting) throws IOException {
        for (String one : interfaces) {
            Path file = IPV6.resolve(one).resolve("accept_ra");
            if (Files.exists(file)) {
                Files.writeString(file, setting);
            }
        }
    }
}
