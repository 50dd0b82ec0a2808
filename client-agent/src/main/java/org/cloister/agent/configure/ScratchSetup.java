package org.cloister.agent.configure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

    private final ScratchFiles files;

    ScratchSetup(Path root) {
        this.files = new ScratchFiles(root);
    }

    /** @param configured what is configured already (its database is there), may be empty */
    void apply(List<UnpackedPackage> configured, List<UnpackedPackage> fresh, Collection<String> freshPaths)
            throws IOException {
        for (String directory : List.of("updates", "triggers", "alternatives", "parts")) {
            files.directory(DPKG + directory);
        }
        TriggerFiles triggers = TriggerFiles.of(configured, fresh, freshPaths);
        for (Map.Entry<String, String> file : triggers.files().entrySet()) {
            files.write(DPKG + "triggers/" + file.getKey(), file.getValue());
        }
        StringBuilder status = new StringBuilder();
        files.text(DPKG + "status")
                .ifPresent(present -> status.append(StatusText.withPending(present, triggers.pending())));
        fresh.forEach(unpacked -> status.append(StatusText.unpacked(unpacked)));
        files.write(DPKG + "status", status.toString());
        for (String file : List.of("available", "diversions", "statoverride")) {
            if (!files.exists(DPKG + file)) {
                files.write(DPKG + file, "");
            }
        }
        files.write(DPKG + "info/format", "1\n");
        seedUsers("passwd");
        seedUsers("group");
        links();
        files.write("etc/unsupported-skip-usrmerge-conversion", NO_CONVERSION);
        files.write("usr/sbin/policy-rc.d", POLICY);
        Files.setPosixFilePermissions(
                files.place("usr/sbin/policy-rc.d"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** For a closure of RPM packages: dpkg's database stays empty. Where no package ships users, there are root and nobody. */
    void applyRpm() throws IOException {
        if (!files.exists("etc/passwd")) {
            files.write("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n");
        }
        if (!files.exists("etc/group")) {
            files.write("etc/group", "root:x:0:\nnobody:x:65534:\n");
        }
        links();
    }

    private void links() throws IOException {
        for (Map.Entry<String, String> link : LINKS.entrySet()) {
            Path path = files.place(link.getKey());
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(path, Path.of(link.getValue()));
            }
        }
    }

    /** base-passwd makes the files of its masters when it is configured; scripts before that need root to have a name. */
    private void seedUsers(String file) throws IOException {
        Optional<String> master = files.text("usr/share/base-passwd/" + file + ".master");
        if (!files.exists("etc/" + file) && master.isPresent()) {
            files.write("etc/" + file, master.get());
        }
    }
}
