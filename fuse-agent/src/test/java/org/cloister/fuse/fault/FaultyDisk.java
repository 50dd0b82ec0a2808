package org.cloister.fuse.fault;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.cloister.fuse.mount.Native;
import org.junit.jupiter.api.Assumptions;

/** A directory that can be held up or broken: src/test/c/faultfs.c, compiled for the test. */
final class FaultyDisk implements AutoCloseable {
    private final Path control;
    private final Path mount;
    private final Process process;

    private FaultyDisk(Path control, Path mount, Process process) {
        this.control = control;
        this.mount = mount;
        this.process = process;
    }

    /** Shows {@code source}. */
    static FaultyDisk over(Path source, Path temp) throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                Native.load().libc().getuid() == 0, "skipped: only root lets root's programs use a mount");
        Path control = Files.createDirectories(temp.resolve("control"));
        Path mount = Files.createDirectories(temp.resolve("disk"));
        Path program = compile(temp.resolve("faultfs"));
        Process process = new ProcessBuilder(
                        program.toString(), source.toString(), mount.toString(), control.toString())
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("faultfs.log").toFile())
                .start();
        Object before = Files.getAttribute(source, "unix:dev");
        await().until(() ->
                !process.isAlive() || !Files.getAttribute(mount, "unix:dev").equals(before));
        Assumptions.assumeTrue(process.isAlive(), () -> "skipped: the faulty disk can't be mounted");
        return new FaultyDisk(control, mount, process);
    }

    private static Path compile(Path program) throws IOException, InterruptedException {
        Path source = Path.of("src/test/c/faultfs.c");
        String c = (Files.exists(source) ? source : Path.of("fuse-agent").resolve(source))
                .toAbsolutePath()
                .toString();
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "cc -O1 -o \"$1\" \"$2\" $(pkg-config --cflags --libs fuse3)",
                        "sh",
                        program.toString(),
                        c)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Assumptions.assumeTrue(
                process.waitFor() == 0,
                "skipped: gcc, pkg-config and libfuse3-dev make the faulty disk; they say " + said);
        return program;
    }

    Path directory() {
        return mount;
    }

    /** Whatever is about a path that contains one of {@code texts} waits. */
    void hold(String... texts) throws IOException {
        put("hold", String.join("\n", texts));
    }

    void fail(String text) throws IOException {
        put("fail", text);
    }

    /** Whatever takes room for a path that contains {@code text} is told that a quota is used up. */
    void useUpQuota(String text) throws IOException {
        put("quota", text);
    }

    private void put(String what, String text) throws IOException {
        Path file = Files.writeString(control.resolve(what + ".new"), text);
        Files.move(file, control.resolve(what), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    void mend() throws IOException {
        Files.deleteIfExists(control.resolve("hold"));
        Files.deleteIfExists(control.resolve("fail"));
        Files.deleteIfExists(control.resolve("quota"));
    }

    /** Requests that wait now. */
    int held() throws IOException {
        List<Path> held = new ArrayList<>();
        try (Stream<Path> files = Files.list(control)) {
            files.filter(file -> String.valueOf(file.getFileName()).startsWith("held."))
                    .forEach(held::add);
        }
        return held.size();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        mend();
        new ProcessBuilder("umount", "-l", mount.toString()).start().waitFor();
        process.destroy();
        process.waitFor();
    }
}
