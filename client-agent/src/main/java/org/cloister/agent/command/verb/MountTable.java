package org.cloister.agent.command.verb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What is mounted (proc(5), mounts): asked of the kernel, since a mount that hangs answers nobody else. */
record MountTable(List<String> lines) {
    /** Empty where the table can't be read. */
    static MountTable ofThisProcess() {
        try {
            return new MountTable(
                    Files.readAllLines(Path.of("/proc/self/mounts"), java.nio.charset.StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return new MountTable(List.of());
        }
    }

    /** Whether a FUSE file system is mounted there. */
    boolean isMounted(String mount) {
        String escaped = mount.replace("\\", "\\134")
                .replace(" ", "\\040")
                .replace("\t", "\\011")
                .replace("\n", "\\012");
        for (String line : lines) {
            String[] fields = line.split(" ");
            if (fields.length > 2 && fields[1].equals(escaped) && fields[2].startsWith("fuse")) {
                return true;
            }
        }
        return false;
    }
}
