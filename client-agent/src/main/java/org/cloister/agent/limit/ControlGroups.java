package org.cloister.agent.limit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.cloister.agent.limit.Hierarchies.Controller;
import org.cloister.agent.limit.Hierarchies.Hierarchy;
import org.cloister.events.RootName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A control group for each root, and one for maintainer scripts. The programs are in a group below it, where the limits can't be seen: who makes a namespace of control
 * groups inside has the programs' group for its top, and owns it if its number is root's. Its programs are put into when they start (enter.sh): a fork bomb ends at
 * {@value #PROCESSES} processes, and programs that take too much memory are killed in that root and nowhere else. Only an agent of root has
 * them, and only where the kernel's groups can be written. They outlive the agent, as the programs in them do. For one thread.
 */
public final class ControlGroups implements AutoCloseable {
    /** More than a desktop has, and fewer than would stop one. */
    static final int PROCESSES = 4096;

    private static final Logger LOG = LoggerFactory.getLogger(ControlGroups.class);
    private static final String UNLIMITED = "max";
    private static final String PROGRAMS = "programs";
    /** No root has this name: it is no package's (Debian Policy 5.6.1). */
    private static final String SCRIPTS = ".scripts";

    private static final int PARTS = 5;

    private final Hierarchies hierarchies;
    private final String name;
    private final long memory;

    /** @param name of the groups of this agent, no other agent's. @param memory bytes that one root may have */
    ControlGroups(Hierarchies hierarchies, String name, long memory) {
        this.hierarchies = hierarchies;
        this.name = name;
        this.memory = memory;
    }

    /** Of this machine: each root may have four fifths of its memory. Without groups where they can't be had. */
    public static ControlGroups ofMachine(String name, boolean root) {
        try {
            List<String> mounts = root ? Files.readAllLines(Path.of("/proc/self/mounts")) : List.of();
            return new ControlGroups(
                    Hierarchies.of(mounts, available(mounts)), name, machineMemory() / PARTS * (PARTS - 1));
        } catch (IOException e) {
            LOG.warn("no limits for roots: {}", e.getMessage());
            return new ControlGroups(new Hierarchies(List.of()), name, 0);
        }
    }

    private static String available(List<String> mounts) throws IOException {
        for (String line : mounts) {
            String[] fields = line.split(" ");
            if (fields.length > 2 && fields[2].equals("cgroup2")) {
                return Files.readString(Path.of(fields[1], "cgroup.controllers"));
            }
        }
        return "";
    }

    private static long machineMemory() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.startsWith("MemTotal:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
            }
        }
        throw new IOException("/proc/meminfo has no MemTotal");
    }

    /** Makes the groups of {@code roots}, and forgets those of others that have no programs left. */
    public void update(Collection<RootName> roots) {
        for (Hierarchy hierarchy : hierarchies.all()) {
            try {
                prepare(hierarchy);
                for (RootName root : roots) {
                    make(hierarchy, root.text());
                }
                forget(
                        hierarchy,
                        Stream.concat(Stream.of(SCRIPTS), roots.stream().map(RootName::text))
                                .toList());
            } catch (IOException e) {
                LOG.warn("no limits for roots in {}: {}", hierarchy.top(), e.getMessage());
            }
        }
    }

    /** Directories of the groups that programs of {@code root} enter, which may be missing. */
    public List<Path> of(RootName root) {
        return entered(root.text());
    }

    /** Makes the groups that maintainer scripts enter; those that can't be made are missing. */
    public List<Path> ofScripts() {
        for (Hierarchy hierarchy : hierarchies.all()) {
            try {
                prepare(hierarchy);
                make(hierarchy, SCRIPTS);
            } catch (IOException e) {
                LOG.warn("no limits for maintainer scripts in {}: {}", hierarchy.top(), e.getMessage());
            }
        }
        return entered(SCRIPTS);
    }

    private List<Path> entered(String group) {
        return hierarchies.all().stream()
                .map(hierarchy -> top(hierarchy).resolve(group).resolve(PROGRAMS))
                .toList();
    }

    private Path top(Hierarchy hierarchy) {
        return hierarchy.top().resolve(name);
    }

    private void prepare(Hierarchy hierarchy) throws IOException {
        Files.createDirectories(top(hierarchy));
        if (hierarchy.unified()) {
            for (Path parent : List.of(hierarchy.top(), top(hierarchy))) {
                for (Controller controller : hierarchy.controllers()) {
                    write(parent.resolve("cgroup.subtree_control"), "+" + controller.word);
                }
            }
        }
    }

    private void make(Hierarchy hierarchy, String name) throws IOException {
        Path group = top(hierarchy).resolve(name);
        Files.createDirectories(group.resolve(PROGRAMS));
        for (Controller controller : hierarchy.controllers()) {
            String limit = controller == Controller.PIDS
                    ? Integer.toString(PROCESSES)
                    : memory == 0 ? UNLIMITED : Long.toString(memory);
            write(group.resolve(controller.file(hierarchy.unified())), limit);
        }
    }

    /** Of what runs on, the groups stay. */
    @Override
    public void close() {
        for (Hierarchy hierarchy : hierarchies.all()) {
            try {
                if (Files.isDirectory(top(hierarchy))) {
                    forget(hierarchy, List.of());
                    Files.delete(top(hierarchy));
                }
            } catch (IOException e) {
                LOG.debug("{} is still in use", top(hierarchy));
            }
        }
    }

    private static void write(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(StandardCharsets.US_ASCII));
    }

    private void forget(Hierarchy hierarchy, List<String> kept) throws IOException {
        List<Path> gone = new ArrayList<>();
        try (Stream<Path> all = Files.list(top(hierarchy))) {
            all.filter(Files::isDirectory)
                    .filter(group -> !kept.contains(String.valueOf(group.getFileName())))
                    .forEach(gone::add);
        }
        for (Path group : gone) {
            try {
                Files.deleteIfExists(group.resolve(PROGRAMS));
                Files.delete(group);
            } catch (IOException e) {
                LOG.debug("{} has programs, or groups of theirs", group);
            }
        }
    }
}
