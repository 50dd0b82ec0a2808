package org.cloister.agent.network;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Starts the system's programs that the agent works with. */
public final class Programs {
    /** Each of them takes milliseconds. */
    private static final int LIMIT_SECONDS = 20;

    private static final int MAX_OUTPUT = 4 << 20;
    private static final List<Path> DIRECTORIES =
            List.of(Path.of("/usr/sbin"), Path.of("/usr/bin"), Path.of("/sbin"), Path.of("/bin"));

    private Programs() {}

    public static Optional<Path> find(String name) {
        return DIRECTORIES.stream()
                .map(directory -> directory.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** What the program says. @throws IOException with what it said, if it fails or isn't there */
    public static String run(String input, String name, String... arguments) throws IOException {
        Path program = find(name).orElseThrow(() -> new IOException("there is no " + name + " on this machine"));
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Path given = Files.createTempFile("cloister-", ".in");
        Process process = null;
        try {
            Files.writeString(given, input);
            process = new ProcessBuilder(command)
                    .redirectInput(given.toFile())
                    .redirectErrorStream(true)
                    .directory(new File("/"))
                    .start();
            String said = new String(process.getInputStream().readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(name + " takes too long");
            }
            if (process.exitValue() != 0) {
                throw new IOException(name + " failed: " + said.strip());
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + name + " ran", e);
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(given);
        }
    }
}
