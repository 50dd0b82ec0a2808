package org.cloister.agent.configure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Puts into a scratch root what dpkg's unpacking would have left, and what the sandbox needs. */
final class ScratchSetup {
    private static final String DPKG = "var/lib/dpkg/";

    /** Nothing is started by a maintainer script ({@code /usr/share/doc/init-system-helpers/README.policy-rc.d.gz}). */
    private static final String POLICY = "#!/bin/sh\nexit 101\n";

    /** Every root is merged by its base layer; usrmerge's script would take away what no package owns (its README). */
    private static final String NO_CONVERSION = "this system will not be supported in the future\n";

    /** These name the place where a running root has the host's file, which follows the host. */
    private static final Map<String, String> LINKS = Map.of(
            "etc/resolv.conf", "../run/cloister/etc/resolv.conf",
            "etc/hosts", "../run/cloister/etc/hosts",
            "etc/hostname", "../run/cloister/etc/hostname",
            "etc/localtime", "../run/cloister/etc/localtime",
            "etc/mtab", "../proc/self/mounts");

    private final Path root;

    ScratchSetup(Path root) {
        this.root = root;
    }

    /** @param configured what is configured already (its database is there), may be empty */
    void apply(List<UnpackedPackage> configured, List<UnpackedPackage> fresh, Collection<String> freshPaths)
            throws IOException {
        Path dpkg = root.resolve(DPKG);
        for (String directory : List.of("updates", "triggers", "alternatives", "parts")) {
            Files.createDirectories(dpkg.resolve(directory));
        }
        TriggerFiles triggers = TriggerFiles.of(configured, fresh, freshPaths);
        for (Map.Entry<String, String> file : triggers.files().entrySet()) {
            write(DPKG + "triggers/" + file.getKey(), file.getValue());
        }
        StringBuilder status = new StringBuilder();
        Path present = dpkg.resolve("status");
        if (Files.exists(present)) {
            status.append(StatusText.withPending(Files.readString(present), triggers.pending()));
        }
        fresh.forEach(unpacked -> status.append(StatusText.unpacked(unpacked)));
        write(DPKG + "status", status.toString());
        for (String file : List.of("available", "diversions", "statoverride")) {
            if (!Files.exists(dpkg.resolve(file))) {
                write(DPKG + file, "");
            }
        }
        write(DPKG + "info/format", "1\n");
        seedUsers("passwd");
        seedUsers("group");
        for (Map.Entry<String, String> link : LINKS.entrySet()) {
            Path path = root.resolve(link.getKey());
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(path, Path.of(link.getValue()));
            }
        }
        write("etc/unsupported-skip-usrmerge-conversion", NO_CONVERSION);
        write("usr/sbin/policy-rc.d", POLICY);
        Files.setPosixFilePermissions(
                root.resolve("usr/sbin/policy-rc.d"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** base-passwd makes the files of its masters when it is configured; scripts before that need root to have a name. */
    private void seedUsers(String file) throws IOException {
        Path master = root.resolve("usr/share/base-passwd/" + file + ".master");
        if (!Files.exists(root.resolve("etc/" + file)) && Files.exists(master)) {
            Files.copy(master, root.resolve("etc/" + file));
        }
    }

    private void write(String path, String text) throws IOException {
        Files.write(root.resolve(path), text.getBytes(StandardCharsets.UTF_8));
    }
}
