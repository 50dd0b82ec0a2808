package org.cloister.agent.root;

import java.util.ArrayList;
import java.util.List;

/**
 * The files of /proc that set the host's kernel (proc(5)): in a root they can't be written. Most of them ask for root's number and no capability, so that it isn't
 * enough that root of a root has none; bubblewrap's own cover leaves {@code /proc/sys} out where root runs it (seen with 0.8).
 */
public final class KernelFiles {
    private static final List<String> PLACES =
            List.of("acpi", "asound", "bus", "driver", "dynamic_debug", "fs", "irq", "mtrr", "scsi", "sysrq-trigger");

    private KernelFiles() {}

    /** For bubblewrap, after {@code --proc /proc}; a kernel has some of them. */
    public static List<String> options() {
        List<String> options = new ArrayList<>(List.of("--ro-bind", "/proc/sys", "/proc/sys"));
        for (String place : PLACES) {
            options.addAll(List.of("--ro-bind-try", "/proc/" + place, "/proc/" + place));
        }
        return options;
    }
}
