package org.cloister.repo.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How a program of PostgreSQL, which refuses to run as root, is started: as we are if we aren't root; in a user namespace
 * where that is allowed (files stay root's); otherwise as {@code nobody}, to whom the directory then belongs.
 */
enum UnprivilegedCommand {
    AS_WE_ARE(List.of()),
    USER_NAMESPACE(List.of("unshare", "-U")),
    NOBODY(List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"));

    private static final int NOBODY_ID = 65534;
    private static final int TRIAL_SECONDS = 10;

    private final List<String> prefix;

    UnprivilegedCommand(List<String> prefix) {
        this.prefix = prefix;
    }

    static UnprivilegedCommand choose() throws IOException {
        if (!isRoot()) {
            return AS_WE_ARE;
        }
        return succeeds(List.of("unshare", "-U", "true")) ? USER_NAMESPACE : NOBODY;
    }

    List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return whole;
    }

    /** Gives a directory to the user that the command runs as. */
    void own(Path directory) throws IOException {
        if (this == NOBODY) {
            try (Stream<Path> walk = Files.walk(directory)) {
                for (Path path : walk.toList()) {
                    Files.setAttribute(path, "unix:uid", NOBODY_ID);
                    Files.setAttribute(path, "unix:gid", NOBODY_ID);
                }
            }
        }
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    private static boolean succeeds(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return process.waitFor(TRIAL_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
