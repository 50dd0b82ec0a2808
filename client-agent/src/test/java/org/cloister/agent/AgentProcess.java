package org.cloister.agent;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** Starts a real agent. */
final class AgentProcess {
    static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

    private AgentProcess() {}

    /** With its state in {@code temp/state}, its mount at {@code temp/mnt-state}, its home in {@code temp/home} and the token of {@code temp/token}. */
    static Process start(Path temp, String state, URI repository) throws IOException {
        // No guest is booted beside what a test looks at.
        return start(temp, state, repository, 0);
    }

    /** @param warmGuests MiB for guests that wait */
    static Process start(Path temp, String state, URI repository, int warmGuests) throws IOException {
        Path home = Files.createDirectories(temp.resolve("home"));
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dcloister.home=" + CHECKOUT,
                "-cp",
                System.getProperty("java.class.path"),
                "org.cloister.agent.AgentMain",
                "--repo",
                repository.toString(),
                "--state",
                temp.resolve(state).toString(),
                "--mount",
                temp.resolve("mnt-" + state).toString(),
                "--enrol-token-file",
                temp.resolve("token").toString(),
                "--warm-guests",
                Integer.toString(warmGuests));
        builder.environment().put("HOME", home.toString());
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        temp.resolve(state + ".log").toFile()))
                .start();
    }
}
