package org.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.Assumptions;
import org.awaitility.Awaitility;
import org.cloister.agent.network.Programs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Roots of RPM packages, from the file to the running program, with a real repository and a real agent. No archive of RPM packages can be
 * reached from where this was written, so the files are made here by the real tools: alien turns Debian's packages of this machine's
 * archive into RPM packages (rpmbuild finds their sonames), and rpmbuild makes those with scriptlets, owners and relations.
 */
class RpmRootIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final List<String> DEBIAN = List.of("hello", "libc6", "dash", "busybox-static");

    /** What coreutils would ship, and what the glibc of a distribution of RPM packages provides by hand. */
    private static final String SMALL_TOOLS = """
            Name: small-tools
            Version: 1
            Release: 1
            Summary: links to busybox
            License: none
            BuildArch: noarch
            Requires: /bin/busybox
            Provides: rtld(GNU_HASH)
            %description
            Links to busybox.
            %install
            mkdir -p %{buildroot}/usr/bin
            for tool in chown chmod cat stat; do ln -s busybox %{buildroot}/usr/bin/$tool; done
            %files
            /usr/bin/*
            """;

    private static final String GREETING = """
            Name: Greeting_1
            Epoch: 2
            Version: VERSION
            Release: 1
            Summary: says what hello said
            License: none
            BuildArch: noarch
            Requires: hello >= 2.10
            Requires: /usr/bin/cat
            Requires: libc.so.6(GLIBC_2.34)(64bit)
            %description
            A package with scriptlets.
            %install
            mkdir -p %{buildroot}/usr/bin %{buildroot}/var/lib/greeting
            printf '#!/bin/sh\\ncat /var/lib/greeting/said\\n' > %{buildroot}/usr/bin/greet
            echo mine > %{buildroot}/var/lib/greeting/owned
            %pre
            echo 'greeter:x:412:412::/:/bin/sh' >>/etc/passwd
            echo 'greeter:x:412:' >>/etc/group
            %post
            hello -g "VERSION, $1" >/var/lib/greeting/said
            %posttrans -p <lua>
            print("not here")
            %files
            %attr(755,root,root) /usr/bin/greet
            %attr(4750,greeter,greeter) /var/lib/greeting/owned
            """;

    private static final String BROKEN = """
            Name: broken
            Version: 1
            Release: 1
            Summary: fails
            License: none
            BuildArch: noarch
            Requires: /bin/sh
            %description
            Fails.
            %pre
            echo there is no room
            exit 3
            %files
            """;

    private static final String HOMELESS = """
            Name: homeless
            Version: 1
            Release: 1
            Summary: needs what nobody has
            License: none
            BuildArch: noarch
            Requires: libnowhere.so.7()(64bit)
            %description
            Needs what nobody has.
            %files
            """;

    @TempDir
    Path temp;

    private final List<Process> started = new ArrayList<>();

    private record Ended(int status, String text) {}

    @BeforeEach
    void start() throws IOException, InterruptedException {
        String missing = missing();
        if (!missing.isEmpty()) {
            System.out.println("RpmRootIT skipped: " + missing);
        }
        Assumptions.assumeThat(missing).isEmpty();
        int port = freePort();
        started.add(start(
                "repo-server",
                "--state",
                temp.resolve("repo").toString(),
                "--port",
                Integer.toString(port),
                "--kafka",
                "none"));
        String url = "http://127.0.0.1:" + port;
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> run("curl", "-sf", url + "/readyz").status() == 0);
        cloister(
                "login",
                "--repo",
                url,
                "--token-file",
                temp.resolve("repo/admin.token").toString());
        String token = cloister("token", "issue", "host", "--role", "agent", "--role", "builder", "--json")
                .replaceFirst("(?s).*\"token\" *: *\"([^\"]+)\".*", "$1");
        Files.writeString(temp.resolve("token"), token);
        started.add(start(
                "agent",
                "--repo",
                url,
                "--state",
                temp.resolve("agent").toString(),
                "--mount",
                temp.resolve("packages").toString(),
                "--enrol-token-file",
                temp.resolve("token").toString(),
                "--warm-guests",
                "0"));
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> Files.exists(temp.resolve("agent/agent.sock"))
                        && run(AgentProcess.CHECKOUT + "/bin/cloister", "status", "--json")
                                .text()
                                .contains("mounted"));
    }

    private static String missing() throws IOException {
        for (String built : List.of("repo-server/target/lib", "client-agent/target/lib", "fuse-agent/target/lib")) {
            if (!Files.isDirectory(AgentProcess.CHECKOUT.resolve(built))) {
                return built + " isn't there; package the modules first";
            }
        }
        if (!Files.isWritable(Path.of("/dev/fuse"))) {
            return "no /dev/fuse";
        }
        for (String program : List.of("rpmbuild", "alien", "fakeroot", "apt-get", "bwrap", "curl")) {
            if (Programs.find(program).isEmpty()) {
                return "there is no " + program;
            }
        }
        return "";
    }

    private static int freePort() throws IOException {
        try (var socket = new java.net.ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        for (int i = started.size() - 1; i >= 0; i--) {
            started.get(i).destroy();
            if (!started.get(i).waitFor(60, TimeUnit.SECONDS)) {
                started.get(i).destroyForcibly().waitFor();
            }
        }
        Path pid = temp.resolve("agent/fuse.pid");
        if (Files.exists(pid)) {
            ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(ProcessHandle::destroy);
        }
        run("umount", "-l", temp.resolve("packages").toString());
    }

    private ProcessBuilder builder(Path directory, String... words) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(words).directory(directory.toFile()).redirectErrorStream(true);
        Path home = Files.createDirectories(temp.resolve("home"));
        builder.environment()
                .putAll(Map.of(
                        "HOME", home.toString(),
                        "CLOISTER_CONFIG", home.resolve("config").toString(),
                        "CLOISTER_AGENT_SOCKET",
                                temp.resolve("agent/agent.sock").toString()));
        return builder;
    }

    private Process start(String program, String... options) throws IOException {
        String[] words = Stream.concat(Stream.of(AgentProcess.CHECKOUT + "/bin/" + program), Stream.of(options))
                .toArray(String[]::new);
        return builder(temp, words)
                .redirectOutput(temp.resolve(program + ".log").toFile())
                .start();
    }

    private Ended run(String... words) throws IOException, InterruptedException {
        return run(temp, words);
    }

    private Ended run(Path directory, String... words) throws IOException, InterruptedException {
        Process process = builder(directory, words).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), text);
    }

    private Ended command(String... words) throws IOException, InterruptedException {
        return run(Stream.concat(Stream.of(AgentProcess.CHECKOUT + "/bin/cloister"), Stream.of(words))
                .toArray(String[]::new));
    }

    /** What it printed; it succeeded. */
    private String cloister(String... words) throws IOException, InterruptedException {
        Ended ended = command(words);
        assertThat(ended.status())
                .as("cloister %s: %s", String.join(" ", words), ended.text())
                .isZero();
        return ended.text();
    }

    /** Debian's packages as RPM packages; the machine's archive has to be reachable. */
    private Path converted() throws IOException, InterruptedException {
        Path directory = Files.createDirectories(temp.resolve("converted"));
        List<String> download = new ArrayList<>(List.of("apt-get", "download"));
        download.addAll(DEBIAN);
        Ended got = run(directory, download.toArray(String[]::new));
        if (got.status() != 0) {
            System.out.println("RpmRootIT skipped: apt-get download: " + got.text());
        }
        Assumptions.assumeThat(got.status()).as(got.text()).isZero();
        Ended made = run(directory, "sh", "-c", "fakeroot alien --to-rpm --keep-version *.deb");
        assertThat(made.status()).as(made.text()).isZero();
        return directory;
    }

    /** The one package that rpmbuild makes of this specification. */
    private Path built(String specification, String payload) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory(temp, "built");
        Path spec = Files.writeString(directory.resolve("package.spec"), specification);
        Ended made = run(
                directory,
                "rpmbuild",
                "-bb",
                "--define",
                "_topdir " + directory,
                "--define",
                "_binary_payload " + payload,
                spec.toString());
        assertThat(made.status()).as(made.text()).isZero();
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".rpm"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void publishAll(Path directory) throws IOException, InterruptedException {
        List<Path> packages;
        try (Stream<Path> files = Files.list(directory)) {
            packages = files.filter(file -> file.toString().endsWith(".rpm")).toList();
        }
        assertThat(packages).hasSize(DEBIAN.size());
        for (Path file : packages) {
            cloister("publish", file.toString());
        }
    }

    @Test
    void fromTheFileToTheRunningProgram() throws Exception {
        publishAll(converted());
        cloister("publish", built(SMALL_TOOLS, "w2.xzdio").toString());
        Path misnamed =
                Files.copy(built(GREETING.replace("VERSION", "1.0~rc1"), "w3.zstdio"), temp.resolve("greeting.deb"));
        assertThat(cloister("publish", misnamed.toString()))
                .contains("rpm:Greeting_1 2:1.0~rc1-1 all is published")
                .contains("Not run where it is installed: posttrans (written in Lua)");
        assertThat(cloister("publish", misnamed.toString())).contains("rpm:Greeting_1 2:1.0~rc1-1 all is published");

        assertThat(command("install", "hello").text()).contains("rpm:hello is: the same name in the other format");
        cloister("install", "rpm:hello");
        assertThat(cloister("run", "hello", "--", "hello")).isEqualTo("Hello, world!\n");

        cloister("install", "rpm:Greeting_1", "--as", "greeting");
        assertThat(cloister("run", "greeting", "--", "greet")).isEqualTo("1.0~rc1, 1\n");
        assertThat(cloister("run", "greeting", "--", "stat", "-c", "%U %G %a", "/var/lib/greeting/owned"))
                .isEqualTo("greeter greeter 4750\n");
        assertThat(cloister("list")).contains("rpm:Greeting_1").contains("2:1.0~rc1-1");
        assertThat(cloister("show", "rpm:Greeting_1"))
                .contains("hello >= 2.10, ")
                .contains("scriptlets not run posttrans (written in Lua)");

        cloister(
                "publish",
                built(GREETING.replace("VERSION", "1.0^git2"), "w9.gzdio").toString());
        cloister(
                "publish", built(GREETING.replace("VERSION", "1.0"), "w9.gzdio").toString());
        cloister("upgrade", "greeting");
        assertThat(cloister("run", "greeting", "--", "greet"))
                .as("the newest for rpm")
                .isEqualTo("1.0^git2, 1\n");
        assertThat(cloister("list", "--json")).contains("2:1.0^git2-1");

        cloister("publish", built(BROKEN, "w9.bzdio").toString());
        Ended broken = command("install", "rpm:broken");
        assertThat(broken.status()).isNotZero();
        assertThat(broken.text())
                .contains("the %pre scriptlet of rpm:broken ended with status 3")
                .contains("there is no room");

        cloister("publish", built(HOMELESS, "w9.gzdio").toString());
        Ended homeless = command("install", "rpm:homeless");
        assertThat(homeless.status()).isNotZero();
        assertThat(homeless.text()).contains("nothing provides rpm:libnowhere.so.7()(64bit)");
    }
}
