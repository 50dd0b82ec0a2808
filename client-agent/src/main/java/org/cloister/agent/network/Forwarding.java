package org.cloister.agent.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether the host forwards packets between its interfaces (ip-sysctl, {@code ip_forward}). Switched on as long as roots have networks; a mark in
 * {@code /run} tells that it was this agent that did it, and who finds it off again after a reboot finds no mark.
 */
final class Forwarding {
    private static final Path SWITCH = Path.of("/proc/sys/net/ipv4/ip_forward");

    private final Path mark;

    Forwarding(NetworkNames names) {
        this.mark = Path.of("/run/cloister/forwarding-" + names.tag());
    }

    /** @return whether nobody else wants it, so that only roots' packets may pass */
    boolean on() throws IOException {
        if (Files.readString(SWITCH).strip().equals("0")) {
            Files.createDirectories(mark.getParent());
            Files.writeString(mark, "");
            Files.writeString(SWITCH, "1");
        }
        return Files.exists(mark);
    }

    void restore() throws IOException {
        if (Files.deleteIfExists(mark)) {
            Files.writeString(SWITCH, "0");
        }
    }
}
