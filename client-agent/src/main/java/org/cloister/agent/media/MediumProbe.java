package org.cloister.agent.media;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cloister.agent.device.DeviceNode;
import org.cloister.agent.network.Programs;
import org.cloister.events.DeviceKind;

/** Asks blkid(8), as udev does on every machine, which of the allowed file systems a device has. */
final class MediumProbe {
    private final List<String> types;

    MediumProbe(List<String> types) {
        this.types = types;
    }

    /** Empty: none of them, or nothing that can be read now. */
    Optional<Medium> read(DeviceKind kind, DeviceNode node, Path device) {
        try {
            String said = Programs.run(
                    "",
                    "blkid",
                    "--probe",
                    "--match-types",
                    String.join(",", types),
                    "--output",
                    "export",
                    device.toString());
            return of(kind, node, said);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** @param exported lines of {@code NAME=VALUE}, where a backslash stands before what means something to a shell */
    Optional<Medium> of(DeviceKind kind, DeviceNode node, String exported) {
        Map<String, String> values = new HashMap<>();
        for (String line : exported.split("\n")) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1).replaceAll("\\\\(.)", "$1"));
            }
        }
        String type = values.getOrDefault("TYPE", "");
        return types.contains(type)
                ? Optional.of(new Medium(kind, node, type, values.getOrDefault("LABEL", "")))
                : Optional.empty();
    }
}
