package org.cloister.agent.configure;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.cloister.agent.root.Confinement;
import org.cloister.agent.root.KernelFiles;
import org.cloister.agent.root.RootUser;
import org.cloister.agent.root.SystemCallFilter;

/**
 * Runs a shell script in a root through bubblewrap: no network, no other process, no host's home, nothing of the host but
 * its kernel; the environment is the same everywhere. One script at a time in a root.
 */
final class ConfigureSandbox {
    /** Building the caches of the largest packages takes minutes; more is a script that waits for someone. */
    private static final long LIMIT_MINUTES = 30;

    private static final int LAST_LINES = 30;

    /** What {@code /etc} links to (see ScratchSetup): a running root has the host's there, no layer may depend on it. */
    private static final String HOST_FILES = "cd /run/cloister/etc && echo localhost >hostname && : >resolv.conf && "
            + "printf '127.0.0.1\\tlocalhost\\n::1\\tlocalhost\\n' >hosts && cd /\n";

    private final RootUser rootUser;
    private final Confinement confinement;

    ConfigureSandbox(RootUser rootUser, Confinement confinement) {
        this.rootUser = rootUser;
        this.confinement = confinement;
    }

    /** For what scripts in this sandbox wrote. */
    RootReader reader() {
        return new RootReader(rootUser);
    }

    private static Map<String, String> environment(long sourceDateEpoch) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        environment.put("HOME", "/root");
        environment.put("TERM", "dumb");
        environment.put("TZ", "UTC");
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("DEBIAN_FRONTEND", "noninteractive");
        environment.put("DEBCONF_NONINTERACTIVE_SEEN", "true");
        environment.put("DEBCONF_NOWARNINGS", "yes");
        environment.put("SYSTEMD_OFFLINE", "1");
        environment.put("PYTHONHASHSEED", "0");
        environment.put("PERL_HASH_SEED", "0");
        environment.put("SOURCE_DATE_EPOCH", Long.toString(sourceDateEpoch));
        return environment;
    }

    private List<String> argv(Path root, List<String> command, long sourceDateEpoch) {
        List<String> argv = new ArrayList<>(confinement.before(SystemCallFilter.ROOT));
        argv.addAll(rootUser.before());
        argv.addAll(List.of("bwrap", "--die-with-parent", "--new-session"));
        argv.addAll(Confinement.OPTIONS);
        argv.addAll(
                List.of("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"));
        argv.addAll(rootUser.options());
        argv.addAll(List.of("--hostname", "localhost"));
        argv.addAll(List.of("--bind", root.toString(), "/", "--proc", "/proc", "--dev", "/dev"));
        argv.addAll(KernelFiles.options());
        argv.addAll(List.of(
                "--tmpfs", "/run", "--perms", "1777", "--dir", "/run/lock", "--perms", "1777", "--tmpfs", "/tmp"));
        argv.addAll(List.of("--dir", "/run/cloister/etc"));
        argv.add("--clearenv");
        environment(sourceDateEpoch).forEach((name, value) -> argv.addAll(List.of("--setenv", name, value)));
        argv.addAll(List.of("--chdir", "/"));
        argv.addAll(command);
        return argv;
    }

    /** @param lines hears of each line of output, on this thread; all of it is appended to {@code log} too */
    SandboxRun run(Path root, String script, long sourceDateEpoch, Path log, Consumer<String> lines)
            throws IOException, InterruptedException {
        return run(root, List.of("/bin/sh", "-c", HOST_FILES + script), sourceDateEpoch, log, lines);
    }

    /** As {@link #run(Path, String, long, Path, Consumer)}, for a program of a root that may have no shell. */
    SandboxRun run(Path root, List<String> command, long sourceDateEpoch, Path log, Consumer<String> lines)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(argv(root, command, sourceDateEpoch))
                .redirectErrorStream(true)
                .start();
        Deque<String> last = new ArrayDeque<>();
        CompletableFuture<Void> late = CompletableFuture.runAsync(
                process::destroyForcibly, CompletableFuture.delayedExecutor(LIMIT_MINUTES, TimeUnit.MINUTES));
        try {
            process.getOutputStream().close();
            Files.createDirectories(log.toAbsolutePath().getParent());
            try (BufferedReader out = new BufferedReader(
                            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                    BufferedWriter copy =
                            Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    copy.write(line + "\n");
                    last.addLast(line);
                    if (last.size() > LAST_LINES) {
                        last.removeFirst();
                    }
                    lines.accept(line);
                }
            }
            int status = process.waitFor();
            if (late.isDone()) {
                last.addLast("not done after " + LIMIT_MINUTES + " minutes");
            }
            return new SandboxRun(status, new ArrayList<>(last));
        } finally {
            late.cancel(false);
            process.destroyForcibly();
        }
    }
}
