package org.cloister.agent.command.verb;

import java.util.Map;

/** Debian's name of the machine that this JVM runs on. */
final class HostArchitecture {
    private static final Map<String, String> NAMES = Map.of(
            "amd64", "amd64", "x86_64", "amd64", "aarch64", "arm64", "arm", "armhf", "i386", "i386", "ppc64le",
            "ppc64el", "riscv64", "riscv64", "s390x", "s390x");

    private HostArchitecture() {}

    static String debianName() {
        String name = System.getProperty("os.arch");
        return NAMES.getOrDefault(name, name);
    }
}
