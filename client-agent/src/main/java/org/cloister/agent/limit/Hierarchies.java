package org.cloister.agent.limit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where this machine's control groups bound processes and memory (cgroups(7)): in the one hierarchy of version 2, in one hierarchy for
 * each controller of version 1, or nowhere.
 */
record Hierarchies(List<Hierarchy> all) {
    private static final int POINT = 1;
    private static final int TYPE = 2;
    private static final int OPTIONS = 3;
    private static final int FIELDS = 4;

    enum Controller {
        PIDS("pids", "pids.max", "pids.max"),
        MEMORY("memory", "memory.max", "memory.limit_in_bytes");

        final String word;
        private final String second;
        private final String first;

        Controller(String word, String second, String first) {
            this.word = word;
            this.second = second;
            this.first = first;
        }

        String file(boolean unified) {
            return unified ? second : first;
        }
    }

    /** @param unified version 2 */
    record Hierarchy(Path top, boolean unified, List<Controller> controllers) {
        Hierarchy {
            controllers = List.copyOf(controllers);
        }
    }

    Hierarchies {
        all = List.copyOf(all);
    }

    /** @param mounts lines of /proc/self/mounts; others than such are passed over. @param available what cgroup.controllers of version 2 says */
    static Hierarchies of(List<String> mounts, String available) {
        List<String> offered = Arrays.asList(available.strip().split("\\s+"));
        List<Hierarchy> found = new ArrayList<>();
        for (String line : mounts) {
            String[] fields = line.split(" ");
            if (fields.length < FIELDS) {
                continue;
            }
            boolean unified = fields[TYPE].equals("cgroup2");
            List<String> words = unified
                    ? offered
                    : fields[TYPE].equals("cgroup") ? Arrays.asList(fields[OPTIONS].split(",")) : List.of();
            List<Controller> controllers = Arrays.stream(Controller.values())
                    .filter(controller -> words.contains(controller.word))
                    .toList();
            if (!controllers.isEmpty()) {
                found.add(new Hierarchy(Path.of(fields[POINT]), unified, controllers));
            }
        }
        return new Hierarchies(found);
    }
}
