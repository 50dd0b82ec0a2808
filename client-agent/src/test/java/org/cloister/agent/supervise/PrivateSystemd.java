package org.cloister.agent.supervise;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;

/** A systemd that is the first process of namespaces of its own. What runs in them, runs on a machine with systemd. As root. */
final class PrivateSystemd implements AutoCloseable {
    private static final Path PROGRAM = Path.of("/lib/systemd/systemd");
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Path script;
    private final String name;
    private final Process process;
    private final long first;

    static boolean isPossible() {
        return Files.isExecutable(PROGRAM) && Files.isExecutable(Path.of("/usr/bin/systemd-run"));
    }

    PrivateSystemd(Path directory) throws IOException {
        name = directory.getFileName().toString();
        script = directory.resolve("private-systemd");
        try (var in = Objects.requireNonNull(PrivateSystemd.class.getResourceAsStream("private-systemd"))) {
            Files.copy(in, script);
        }
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        process = new ProcessBuilder(script.toString(), "start", name)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("systemd.log").toFile())
                .start();
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> process.children().findFirst().isPresent());
        first = process.children().findFirst().orElseThrow().pid();
        Awaitility.await().atMost(LIMIT).until(() -> units().contains("alone.target"));
    }

    /** Words that start in there what follows them; it is a child of theirs. */
    List<String> words() {
        return List.of("nsenter", "--target=" + first, "--pid", "--mount", "--uts", "--ipc", "--cgroup", "--");
    }

    /** What {@code systemctl list-units} says. */
    String units() throws IOException, InterruptedException {
        List<String> list = new ArrayList<>(words());
        list.addAll(List.of("systemctl", "list-units", "--plain", "--no-legend", "--no-pager", "--full"));
        Process asked = new ProcessBuilder(list).redirectErrorStream(true).start();
        String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        asked.waitFor();
        return said;
    }

    /** Everything in there ends. */
    @Override
    public void close() throws IOException, InterruptedException {
        process.destroyForcibly().waitFor();
        ProcessHandle.of(first).ifPresent(handle -> handle.onExit().join());
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> new ProcessBuilder(script.toString(), "clean", name)
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0);
    }
}
