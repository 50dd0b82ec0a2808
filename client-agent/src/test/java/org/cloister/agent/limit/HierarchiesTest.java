package org.cloister.agent.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.cloister.agent.limit.Hierarchies.Controller;
import org.cloister.agent.limit.Hierarchies.Hierarchy;
import org.junit.jupiter.api.Test;

class HierarchiesTest {
    private static final String PROC = "proc /proc proc rw,nosuid 0 0";

    @Test
    void versionTwoIsOneHierarchy() {
        assertThat(Hierarchies.of(
                                List.of(PROC, "cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0"),
                                "cpuset cpu io memory pids\n")
                        .all())
                .containsExactly(
                        new Hierarchy(Path.of("/sys/fs/cgroup"), true, List.of(Controller.PIDS, Controller.MEMORY)));
    }

    @Test
    void versionOneHasOneForEachController() {
        List<String> mounts = List.of(
                "cgroup /sys/fs/cgroup/cpu cgroup rw,relatime,cpu 0 0",
                "cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0",
                "cgroup /sys/fs/cgroup/pids cgroup rw,relatime,pids 0 0",
                "cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0");

        assertThat(Hierarchies.of(mounts, "").all())
                .containsExactly(
                        new Hierarchy(Path.of("/sys/fs/cgroup/memory"), false, List.of(Controller.MEMORY)),
                        new Hierarchy(Path.of("/sys/fs/cgroup/pids"), false, List.of(Controller.PIDS)));
        assertThat(Controller.MEMORY.file(false)).isEqualTo("memory.limit_in_bytes");
    }

    @Test
    void aMachineMayHaveNone() {
        assertThat(Hierarchies.of(List.of(PROC, "", "cut"), "").all()).isEmpty();
    }
}
