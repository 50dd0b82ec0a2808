package org.cloister.agent.root;

import java.nio.file.Path;
import java.util.List;

/**
 * What a process takes upon itself before it becomes bubblewrap: its control groups, and the filter of system calls at descriptor 9.
 *
 * @param filters directory with the files of {@link SystemCallFilter}
 * @param groups directories of control groups; those that can't be written are passed over
 */
public record Confinement(Path filters, List<Path> groups) {
    /** For bubblewrap. */
    public static final List<String> OPTIONS = List.of("--seccomp", "9");

    public Confinement {
        groups = List.copyOf(groups);
    }

    /** The command that runs the command after it so. @param filter of those that the directory has */
    public List<String> before(SystemCallFilter filter) {
        StringBuilder script = new StringBuilder();
        for (Path group : groups) {
            String processes = EnterScript.quote(group.resolve("cgroup.procs").toString());
            script.append("[ ! -w " + processes + " ] || echo $$ >" + processes + "\n");
        }
        script.append("exec \"$@\" 9<" + EnterScript.quote(filter.in(filters).toString()));
        return List.of("/bin/sh", "-c", script.toString(), "sh");
    }
}
