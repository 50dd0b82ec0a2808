package org.cloister.agent.supervise;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How the process is started that keeps a sandbox: by systemd-run(1) where systemd runs, so that it has a control group of its own and an end of the agent's
 * unit isn't its end; otherwise by itself.
 *
 * @param systemd whether systemd runs
 * @param root whether the agent is the machine's
 * @param tag tells units of several agents apart
 */
public record SandboxCommand(boolean systemd, boolean root, String tag) {
    private static final Path SYSTEM = Path.of("/run/systemd/system");

    /** What this machine has. @param environment of the agent's process */
    public static SandboxCommand of(boolean root, String tag, Map<String, String> environment) {
        Path user = Path.of(environment.getOrDefault("XDG_RUNTIME_DIR", "/nonexistent"), "systemd/private");
        boolean program = Files.isExecutable(Path.of("/usr/bin/systemd-run"));
        return new SandboxCommand(program && Files.isDirectory(SYSTEM) && (root || Files.exists(user)), root, tag);
    }

    /**
     * @param unit another each time
     * @param process its words
     */
    public List<String> words(String unit, String description, List<String> process) {
        if (!systemd) {
            return process;
        }
        List<String> words = new ArrayList<>(List.of("systemd-run"));
        if (!root) {
            words.add("--user");
        }
        words.addAll(List.of(
                "--collect",
                "--quiet",
                "--unit=cloister-" + tag + "-" + escaped(unit),
                "--description=" + description + " (Cloister)",
                "--property=KillMode=mixed",
                "--setenv=HOME",
                "--setenv=USER",
                "--"));
        words.addAll(process);
        return words;
    }

    /** Of what is left a unit may be named (systemd.unit(5)). */
    private static String escaped(String name) {
        return name.replaceAll("[^A-Za-z0-9:_.-]", "_");
    }
}
