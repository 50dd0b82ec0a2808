package org.cloister.agent.command.verb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.cloister.agent.control.Check;

/** What an agent would need, where none runs that could say so itself. {@code root} is {@code /} but for tests. */
record MachineChecks(Path root) {
    List<Check> all() {
        return List.of(fuse(), library(), bubblewrap(), namespaces());
    }

    private Check fuse() {
        Path device = root.resolve("dev/fuse");
        if (!Files.exists(device)) {
            return failed(
                    "fuse device", "/dev/fuse is missing", "modprobe fuse; in a container, pass --device /dev/fuse");
        }
        return Files.isReadable(device) && Files.isWritable(device)
                ? ok("fuse device", "/dev/fuse")
                : failed(
                        "fuse device",
                        "/dev/fuse may not be opened",
                        "Let your user read and write it (udev, group fuse).");
    }

    private Check library() {
        for (String directory : List.of("usr/lib", "lib", "usr/lib64", "usr/local/lib")) {
            try (Stream<Path> found = Files.find(
                    root.resolve(directory),
                    2,
                    (path, status) -> path.getFileName().toString().startsWith("libfuse.so.2"))) {
                if (found.findAny().isPresent()) {
                    return ok("libfuse", "libfuse.so.2");
                }
            } catch (IOException e) {
                continue;
            }
        }
        return failed("libfuse", "libfuse.so.2 is missing", "apt-get install libfuse2");
    }

    private Check bubblewrap() {
        return Files.isExecutable(root.resolve("usr/bin/bwrap"))
                ? ok("bubblewrap", "/usr/bin/bwrap")
                : failed("bubblewrap", "/usr/bin/bwrap is missing", "apt-get install bubblewrap");
    }

    private Check namespaces() {
        String limit = number("proc/sys/user/max_user_namespaces");
        String debian = number("proc/sys/kernel/unprivileged_userns_clone");
        if (limit.equals("0") || debian.equals("0")) {
            return failed(
                    "user namespaces",
                    "switched off by the kernel's settings",
                    "sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000");
        }
        return ok("user namespaces", limit.isEmpty() ? "not limited" : "at most " + limit);
    }

    private String number(String file) {
        try {
            return Files.readString(root.resolve(file)).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private static Check ok(String name, String detail) {
        return new Check(name, Check.Result.OK, detail, "");
    }

    private static Check failed(String name, String detail, String remedy) {
        return new Check(name, Check.Result.FAILED, detail, remedy);
    }
}
