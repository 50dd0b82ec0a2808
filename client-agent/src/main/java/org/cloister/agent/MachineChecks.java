package org.cloister.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.cloister.agent.control.Check;
import org.cloister.agent.root.RootUser;
import org.cloister.events.host.FuseConfiguration;

/** What {@code cloister doctor} looks at on this machine. */
final class MachineChecks {
    /** Less than this and the next installation is in danger. */
    private static final long LOW_SPACE = 1L << 30;

    private static final int PROGRAM_LIMIT_SECONDS = 10;

    private final AgentConfig config;
    private final AgentParts parts;

    MachineChecks(AgentConfig config, AgentParts parts) {
        this.config = config;
        this.parts = parts;
    }

    List<Check> all() {
        List<Check> checks = new ArrayList<>();
        checks.add(union());
        checks.add(content());
        checks.add(bubblewrap());
        checks.add(file("FUSE device", Path.of("/dev/fuse"), "load the kernel module: modprobe fuse"));
        checks.add(repository());
        checks.add(networks());
        checks.add(feed());
        checks.add(reports());
        checks.add(space());
        checks.add(programs());
        checks.add(guests());
        if (!config.root()) {
            checks.add(idMaps());
            checks.add(otherUsers());
        }
        return checks;
    }

    private Check union() {
        try {
            var ping = parts.union().ping();
            return ok("union file system", ping.mount() + " with " + ping.adapter());
        } catch (IOException e) {
            return failed("union file system", "" + e.getMessage(), "see " + config.state() + "/log/fuse-agent.log");
        }
    }

    private Check content() {
        String name = "shipped files";
        try {
            var scrub = parts.union().scrub();
            String detail = ScrubText.of(scrub);
            String problem = parts.repair().problem();
            if (problem != null) {
                return failed(name, detail + "; " + problem, "see to it that the repository answers and is whole");
            }
            return scrub.damaged() == 0
                    ? ok(name, detail)
                    : new Check(name, Check.Result.WARNING, detail, "they are being fetched again");
        } catch (IOException e) {
            return failed(name, "" + e.getMessage(), "see " + config.state() + "/log/fuse-agent.log");
        }
    }

    private Check bubblewrap() {
        try {
            Process process = new ProcessBuilder("bwrap", "--ro-bind", "/", "/", "--unshare-pid", "true")
                    .redirectErrorStream(true)
                    .start();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean fine = process.waitFor(PROGRAM_LIMIT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
            return fine
                    ? ok("bubblewrap", "it makes namespaces")
                    : failed(
                            "bubblewrap",
                            out.strip(),
                            "allow user namespaces: sysctl kernel.unprivileged_userns_clone=1, or run as root");
        } catch (IOException e) {
            return failed("bubblewrap", "not installed", "apt-get install bubblewrap");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed("bubblewrap", "interrupted", "try again");
        }
    }

    private Check guests() {
        String name = "guests";
        if (!Files.isExecutable(config.guestCommand())) {
            return failed(name, "there is no " + config.guestCommand(), "start the agent with --guest-command FILE");
        }
        boolean kernel = Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .filter(directory -> directory.startsWith("/"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "linux.uml")));
        if (!kernel) {
            return new Check(
                    name,
                    Check.Result.WARNING,
                    "there is no linux.uml, so programs run in chroots only",
                    "apt-get install user-mode-linux (amd64)");
        }
        Path library = config.guestCommand().resolveSibling("../client-agent/target/native/xstate.so");
        return !hasLargeState() || Files.isReadable(library)
                ? ok(name, "linux.uml is there")
                : new Check(
                        name,
                        Check.Result.WARNING,
                        "linux.uml has no room for this processor's state (AMX), so programs run in chroots only",
                        "apt-get install gcc, and build Cloister again (mvn package)");
    }

    /** As bin/guest decides it. */
    private static boolean hasLargeState() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("flags"))
                    .findFirst()
                    .map(line -> List.of(line.split(" ")).contains("amx_tile"))
                    .orElse(false);
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }

    private Check repository() {
        try {
            var status = parts.repository().status();
            return ok("repository", "answers; its last position is " + status.head());
        } catch (IOException e) {
            return failed("repository", "" + e.getMessage(), "what is installed keeps working; reports are queued");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed("repository", "interrupted", "try again");
        }
    }

    private Check feed() {
        String parked = parts.situation().parked();
        if (parked != null) {
            return failed(
                    "events", "stopped at " + parked, "upgrade Cloister on this machine and start the agent again");
        }
        String feed = parts.situation().feed();
        if (feed.equals("kafka")) {
            return ok(
                    "events",
                    "from Kafka, heard up to position " + parts.situation().heard());
        }
        return new Check(
                "events",
                feed.equals("none") ? Check.Result.FAILED : Check.Result.WARNING,
                feed.equals("http") ? "over HTTP: Kafka can't be reached" : feed,
                "see " + config.state() + "/log/agent.log for why");
    }

    private Check reports() {
        try {
            int queued = parts.database().reports();
            return queued == 0
                    ? ok("reports", "all sent")
                    : new Check(
                            "reports",
                            Check.Result.WARNING,
                            queued + " wait: " + parts.sender().problem(),
                            "they are sent when the repository answers");
        } catch (IOException e) {
            return failed("reports", "" + e.getMessage(), "is the disk full?");
        }
    }

    private Check space() {
        try {
            long free = Files.getFileStore(config.state()).getUsableSpace();
            String detail = (free >> 20) + " MiB free for " + config.state();
            return free > LOW_SPACE
                    ? ok("disk space", detail)
                    : new Check("disk space", Check.Result.WARNING, detail, "make room before the next installation");
        } catch (IOException e) {
            return failed("disk space", "" + e.getMessage(), "is " + config.state() + " there?");
        }
    }

    private Check programs() {
        String path = System.getenv().getOrDefault("PATH", "");
        return List.of(path.split(":")).contains(config.programs().toString())
                ? ok("launchers", config.programs() + " is in PATH")
                : new Check(
                        "launchers",
                        Check.Result.WARNING,
                        config.programs() + " is not in the agent's PATH",
                        "add it to yours to start programs by their names");
    }

    private Check networks() {
        String problem = parts.leases().networkProblem();
        return problem == null
                ? ok("networks", "roots that bind ports have networks of their own")
                : new Check(
                        "networks", Check.Result.WARNING, problem, "without it, two of them can't bind the same port");
    }

    private Check idMaps() {
        String name = "subordinate ids";
        try {
            return RootUser.ofUser(config.user()).isMapped()
                    ? ok(name, "roots have users of their own")
                    : failed(
                            name,
                            config.user() + " may hand out no ids, so most packages can't be configured here",
                            "apt-get install uidmap; usermod --add-subuids 100000-165535 --add-subgids 100000-165535 "
                                    + config.user() + " (or what is free in /etc/subuid); start the agent again");
        } catch (IOException e) {
            return failed(name, "" + e.getMessage(), "is /etc/subuid readable?");
        }
    }

    private Check otherUsers() {
        String name = "users of roots";
        Path file = Path.of(FuseConfiguration.FILE);
        try {
            return Files.isReadable(file) && FuseConfiguration.letsUsersAllowOthers(Files.readString(file))
                    ? ok(name, "they see the root")
                    : new Check(
                            name,
                            Check.Result.WARNING,
                            "what runs in a root as another user than its root (postgres, www-data) can't see it",
                            "as root: echo user_allow_other >>" + file + "; start the agent again");
        } catch (IOException e) {
            return failed(name, "" + e.getMessage(), "is " + file + " readable?");
        }
    }

    private static Check file(String name, Path file, String remedy) {
        return Files.exists(file) ? ok(name, file.toString()) : failed(name, file + " is missing", remedy);
    }

    private static Check ok(String name, String detail) {
        return new Check(name, Check.Result.OK, detail, "");
    }

    private static Check failed(String name, String detail, String remedy) {
        return new Check(name, Check.Result.FAILED, detail, remedy);
    }
}
