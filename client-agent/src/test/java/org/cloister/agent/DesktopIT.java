package org.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.Assumptions;
import org.awaitility.Awaitility;
import org.cloister.agent.fake.FakeSite;
import org.cloister.events.DesktopDevices;
import org.cloister.events.DeviceId;
import org.cloister.events.HostEvent.DeviceGranted;
import org.cloister.events.HostEvent.DeviceReleased;
import org.cloister.events.RootName;
import org.cloister.events.ScreenSize;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Real X programs and sound of a root on an Xvfb and a PulseAudio of this test: one agent, one root of this machine's own programs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DesktopIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<String> PROGRAMS =
            List.of("sh", "cat", "env", "ls", "sleep", "id", "xeyes", "xrandr", "xauth", "xwininfo", "pacat");
    private static final List<String> OF_HOST = List.of("Xvfb", "Xephyr", "xwd", "pulseaudio", "parec", "setpriv");
    /** A window until the input ends. */
    private static final String EYES = "xeyes & read line; kill $!";

    private static final RootName TOOLS = new RootName("tools");
    private static final int RATE = 44_100;
    private static final int TONE = 440;
    private static final String NOBODY = "65534";
    private static final int WIDTH = 900;
    private static final int HEIGHT = 700;

    @TempDir
    static Path temp;

    private final List<Process> started = new ArrayList<>();
    private final List<Process> servers = new ArrayList<>();
    private FakeSite site;
    private Process agent;
    private String display;

    private record Ended(int status, String out, String err) {}

    @BeforeAll
    void start() throws IOException {
        boolean root = System.getProperty("user.name").equals("root");
        boolean built = Files.isDirectory(AgentProcess.CHECKOUT.resolve("fuse-agent/target/lib"));
        List<String> missing = Stream.concat(PROGRAMS.stream(), OF_HOST.stream())
                .filter(name -> !Files.isExecutable(Path.of("/usr/bin", name)))
                .toList();
        boolean possible = root && built && missing.isEmpty() && Files.isWritable(Path.of("/dev/fuse"));
        if (!possible) {
            System.out.println(
                    "DesktopIT skipped: root " + root + ", fuse-agent packaged " + built + ", missing " + missing);
        }
        Assumptions.assumeThat(possible).isTrue();
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        site = new FakeSite(temp);
        agent = AgentProcess.start(temp, "one", site.repository().uri());
        site.install(HostPrograms.root("tools", PROGRAMS, site.pool(), site.repository()));
        display = ":" + xvfb();
        pulseAudio();
        Awaitility.await().atMost(LIMIT).until(site::isInstalled);
    }

    private String xvfb() throws IOException {
        byte[] cookie = new byte[16];
        Arrays.fill(cookie, (byte) 'c');
        ByteArrayOutputStream entry = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(entry)) {
            // libXau: any address, any display.
            out.writeShort(65_535);
            out.writeShort(0);
            out.writeShort(0);
            out.writeUTF("MIT-MAGIC-COOKIE-1");
            out.writeShort(cookie.length);
            out.write(cookie);
        }
        Files.createDirectories(temp.resolve("home"));
        Files.write(temp.resolve("home/.Xauthority"), entry.toByteArray());
        Files.write(temp.resolve("served"), entry.toByteArray());
        Process server = new ProcessBuilder(
                        "Xvfb",
                        "-displayfd",
                        "1",
                        "-screen",
                        "0",
                        WIDTH + "x" + HEIGHT + "x24",
                        "-auth",
                        temp.resolve("served").toString(),
                        // Else it starts anew whenever its last client ends, and refuses who comes meanwhile.
                        "-noreset")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        servers.add(server);
        return server.inputReader().readLine();
    }

    private void pulseAudio() throws IOException {
        Files.createDirectories(
                temp.resolve("runtime"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        ProcessBuilder server = host(
                "pulseaudio",
                "-n",
                "--daemonize=no",
                "--exit-idle-time=-1",
                "-L",
                "module-null-sink sink_name=nothing",
                "-L",
                "module-native-protocol-unix");
        servers.add(server.redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
        Awaitility.await().atMost(LIMIT).until(() -> Files.exists(temp.resolve("runtime/pulse/native")));
    }

    @AfterEach
    void endPrograms() throws Exception {
        for (Process process : started) {
            end(process);
        }
        started.clear();
        for (DeviceId device : List.of(DesktopDevices.DISPLAY, DesktopDevices.SOUND, small())) {
            site.append(new DeviceReleased(TOOLS, device, "the test is over"));
        }
        awaitEntry("desktop=''");
    }

    @AfterAll
    void stop() throws IOException, InterruptedException {
        servers.forEach(Process::destroy);
        if (agent != null) {
            agent.destroy();
            assertThat(agent.waitFor(60, TimeUnit.SECONDS)).isTrue();
            site.close();
        }
    }

    private static void end(Process process) throws IOException, InterruptedException {
        process.getOutputStream().close();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    private static DeviceId small() {
        return DesktopDevices.screen(ScreenSize.parse("400x300"));
    }

    private void grant(DeviceId device) throws IOException {
        site.append(new DeviceGranted(TOOLS, device, Objects.requireNonNull(DesktopDevices.kind(device))));
        awaitEntry(device.equals(DesktopDevices.SOUND) ? "--sound" : "--display");
    }

    private static void awaitEntry(String text) {
        Awaitility.await()
                .atMost(LIMIT)
                .until(() ->
                        Files.readString(temp.resolve("one/launch/tools/enter")).contains(text));
    }

    @Test
    void withoutAGrantThereIsNoSocketAndNoCookie() throws Exception {
        String look = "env; ls /tmp /run /run/cloister /run/user; cat $HOME/.Xauthority; xeyes";
        Ended asRoot = cloister("run", "tools", "--", "sh", "-c", look);
        Ended asUser = run(user("sh", "-c", look));
        for (Ended ended : List.of(asRoot, asUser)) {
            assertThat(ended.out())
                    .contains("CLOISTER_ROOT_NAME=tools")
                    .doesNotContain(
                            "DISPLAY", "XAUTHORITY", "PULSE", "XDG_RUNTIME_DIR", ".X11-unix", "desktop", "cccc");
            assertThat(ended.err()).contains("Can't open display").doesNotContain("cloister:");
        }
        assertThat(asUser.out())
                .contains("HOME=" + temp.resolve("people/nobody"))
                .doesNotContain("uid=0");
    }

    @Test
    void aGrantedProgramShowsItsWindowWithACookieOfItsOwn() throws Exception {
        grant(DesktopDevices.DISPLAY);
        Process eyes = begin("run", "tools", "--", "sh", "-c", EYES);
        awaitWindow(display, true);
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(colours(display))
                        .as("of the screen with the eyes on it")
                        .isGreaterThan(1));
        Ended seen = cloister(
                "run", "tools", "--", "sh", "-c", "ls /tmp/.X11-unix; env; xauth list; ls /run/cloister/desktop");
        assertThat(seen.out())
                .startsWith("X" + display.substring(1) + "\n")
                .contains(
                        "DISPLAY=" + display + ".0",
                        "XAUTHORITY=/run/cloister/desktop/Xauthority",
                        "MIT-MAGIC-COOKIE-1")
                .doesNotContain("63636363", "pulse");
        end(eyes);
        awaitWindow(display, false);

        Process ofUser = user("sh", "-c", EYES).start();
        started.add(ofUser);
        awaitWindow(display, true);
        end(ofUser);
    }

    @Test
    void aScreenOfItsOwnIsChangedAndNoOther() throws Exception {
        grant(small());
        Process eyes = begin("run", "tools", "--", "sh", "-c", "echo $DISPLAY; " + EYES);
        String own = eyes.inputReader().readLine().replaceAll("\\.0$", "");
        assertThat(own).isNotEqualTo(display);
        assertThat(cloister("run", "tools", "--", "sh", "-c", "echo $DISPLAY; xrandr")
                        .out())
                .as("programs of a root share its screen")
                .startsWith(own + ".0\n")
                .contains("current 400 x 300");
        assertThat(cloister("run", "tools", "--", "xrandr", "--size", "320x240").status())
                .isZero();
        assertThat(cloister("run", "tools", "--", "xrandr").out()).contains("current 320 x 240");
        assertThat(run(host("xrandr")).out()).contains("current 900 x 700");
        assertThat(cloister("run", "tools", "--", "xwininfo", "-root", "-tree").out())
                .contains("xeyes");
        assertThat(run(host("xwininfo", "-root", "-tree")).out())
                .contains("Xephyr")
                .doesNotContain("xeyes");
        end(eyes);
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(run(host("xwininfo", "-root", "-tree")).out())
                                .doesNotContain("Xephyr"));
        assertThat(Path.of("/tmp/.X11-unix/X" + own.substring(1))).doesNotExist();
    }

    @Test
    void aToneThatIsPlayedInsideIsHeardOutside() throws Exception {
        Path tone = Files.write(temp.resolve("tone"), tone());
        assertThat(cloister("run", "tools", "--", "pacat", "--playback", "/dev/null")
                        .status())
                .as("without a grant")
                .isNotZero();
        grant(DesktopDevices.SOUND);
        assertThat(heard(tone, "run", "tools", "--", "pacat", "--playback", "--rate=" + RATE, "--channels=1"))
                .isBetween(TONE - 5, TONE + 5);
        assertThat(cloister("run", "tools", "--", "env").out())
                .contains("PULSE_SERVER=unix:/run/cloister/desktop/pulse")
                .doesNotContain("DISPLAY=");
    }

    @Test
    void aGuestShowsItsWindowAndIsHeardWithAGrantOnly() throws Exception {
        boolean kernel = Files.isExecutable(Path.of("/usr/bin/linux.uml"));
        if (!kernel) {
            System.out.println("DesktopIT's guest skipped: no linux.uml");
        }
        Assumptions.assumeThat(kernel).isTrue();
        List<String> guest = List.of("run", "--isolation", "guest", "--no-network", "tools", "--");
        assertThat(cloister(words(guest, "sh", "-c", "env; cat /proc/net/dev")).out())
                .doesNotContain("DISPLAY", "PULSE", "vec1");
        grant(DesktopDevices.DISPLAY);
        grant(DesktopDevices.SOUND);
        Process eyes = begin(words(guest, "sh", "-c", EYES));
        awaitWindow(display, true);
        end(eyes);
        Path tone = Files.write(temp.resolve("tone"), tone());
        assertThat(heard(tone, words(guest, "pacat", "--playback", "--rate=" + RATE, "--channels=1")))
                .isBetween(TONE - 5, TONE + 5);
        grant(small());
        site.append(new DeviceReleased(TOOLS, DesktopDevices.DISPLAY, "a screen takes its place"));
        awaitEntry("--display 400x300");
        assertThat(cloister(words(guest, "sh", "-c", "xrandr --size 320x240; xrandr"))
                        .out())
                .contains("current 320 x 240");
        assertThat(run(host("xrandr")).out()).contains("current 900 x 700");
    }

    @Test
    void whatCanNotBeHadIsToldAndTheProgramRuns() throws Exception {
        grant(DesktopDevices.DISPLAY);
        grant(DesktopDevices.SOUND);
        Map<String, String> reasons = new HashMap<>(Map.of(
                "", "DISPLAY isn't set",
                ":9876", "no X server answers at /tmp/.X11-unix/X9876",
                "localhost:10.0", "not a socket of this machine"));
        for (Map.Entry<String, String> reason : reasons.entrySet()) {
            ProcessBuilder builder = command("run", "tools", "--", "sh", "-c", "echo runs");
            builder.environment().put("DISPLAY", reason.getKey());
            builder.environment().put("XDG_RUNTIME_DIR", temp.toString());
            Ended ended = run(builder);
            assertThat(ended.out()).isEqualTo("runs\n");
            assertThat(ended.status()).isZero();
            assertThat(ended.err())
                    .contains("cloister: tools has no display now: ", reason.getValue(), "What to do: ")
                    .contains("cloister: tools has no sound now: ");
        }
        ProcessBuilder builder = command("run", "tools", "--", "sh", "-c", "echo runs");
        builder.environment().put("XAUTHORITY", "/dev/null");
        assertThat(run(builder).err()).contains("lets nobody in with no cookie", "XAUTHORITY");
    }

    private static byte[] tone() {
        ByteBuffer samples = ByteBuffer.allocate(2 * RATE * 2).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; samples.hasRemaining(); i++) {
            samples.putShort((short) (20_000 * Math.sin(2 * Math.PI * TONE * i / RATE)));
        }
        return samples.array();
    }

    /** The frequency of what the null sink's monitor records while the command plays {@code input}. */
    private int heard(Path input, String... arguments) throws Exception {
        Path recorded = temp.resolve("recorded");
        Process recorder = host(
                        "parec",
                        "--device=nothing.monitor",
                        "--rate=" + RATE,
                        "--channels=1",
                        "--format=s16le",
                        "--latency-msec=50")
                .redirectOutput(recorded.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Awaitility.await().atMost(LIMIT).until(() -> Files.size(recorded) > 0);
        Ended played = run(command(arguments).redirectInput(input.toFile()));
        assertThat(played.status()).as(played.err()).isZero();
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(Loud.of(recorded).samples())
                        .as("samples that aren't silence")
                        .isGreaterThan(RATE / 2));
        recorder.destroy();
        recorder.waitFor();
        return Loud.of(recorded).frequency();
    }

    /** Of a recording, what isn't silence; a pause within a tone has no samples that are loud. */
    private record Loud(int samples, int crossings) {

        static Loud of(Path recorded) throws IOException {
            ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(recorded)).order(ByteOrder.LITTLE_ENDIAN);
            int loud = 0;
            int crossings = 0;
            short last = 0;
            while (all.remaining() >= Short.BYTES) {
                short sample = all.getShort();
                if (Math.abs(sample) > 100 || Math.abs(last) > 100) {
                    loud++;
                    crossings += last < 0 && sample >= 0 ? 1 : 0;
                }
                last = sample;
            }
            return new Loud(loud, crossings);
        }

        int frequency() {
            return Math.round((float) crossings * RATE / samples);
        }
    }

    private void awaitWindow(String on, boolean wanted) {
        Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
            String tree =
                    run(host("xwininfo", "-display", on, "-root", "-tree")).out();
            assertThat(tree.contains("xeyes")).as(tree).isEqualTo(wanted);
        });
    }

    /** Of a picture of the whole screen. */
    private long colours(String on) throws Exception {
        Path picture = temp.resolve("picture");
        assertThat(run(host("xwd", "-display", on, "-root", "-silent", "-out", picture.toString()))
                        .status())
                .isZero();
        byte[] bytes = Files.readAllBytes(picture);
        // Header and colour map come first (XWDFile.h).
        int pixels = WIDTH * HEIGHT;
        IntStream picked = IntStream.range(0, pixels);
        ByteBuffer buffer = ByteBuffer.wrap(bytes, bytes.length - pixels * Integer.BYTES, pixels * Integer.BYTES)
                .slice();
        return picked.map(at -> buffer.getInt(at * Integer.BYTES)).distinct().count();
    }

    private static String[] words(List<String> first, String... more) {
        return Stream.concat(first.stream(), Stream.of(more)).toArray(String[]::new);
    }

    private Process begin(String... arguments) throws IOException {
        Process process = command(arguments)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        started.add(process);
        return process;
    }

    /** Of the host, with the desktop of this test. */
    private ProcessBuilder host(String... words) {
        ProcessBuilder builder = new ProcessBuilder(words);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeAll(List.of("WAYLAND_DISPLAY", "XAUTHORITY", "PULSE_SERVER", "PULSE_COOKIE"));
        environment.put("CLOISTER_AGENT_STATE", temp.resolve("one").toString());
        environment.put("HOME", temp.resolve("home").toString());
        environment.put("XDG_RUNTIME_DIR", temp.resolve("runtime").toString());
        if (display != null) {
            environment.put("DISPLAY", display);
        }
        return builder;
    }

    /** In the root, as an ordinary user with a session of its own. */
    private ProcessBuilder user(String... words) throws IOException {
        Path home = temp.resolve("people/nobody");
        Path runtime = temp.resolve("people/runtime");
        if (!Files.exists(home)) {
            Files.createDirectories(home);
            Files.createDirectories(runtime);
            Files.setPosixFilePermissions(runtime, PosixFilePermissions.fromString("rwx------"));
            Files.copy(temp.resolve("home/.Xauthority"), home.resolve(".Xauthority"));
            for (Path path : List.of(home, runtime, home.resolve(".Xauthority"))) {
                Files.setAttribute(path, "unix:uid", Integer.parseInt(NOBODY));
            }
        }
        ProcessBuilder builder = host(words(
                List.of(
                        "setpriv",
                        "--reuid",
                        NOBODY,
                        "--regid",
                        NOBODY,
                        "--clear-groups",
                        temp.resolve("one/launch/tools/enter").toString()),
                words));
        builder.environment().put("HOME", home.toString());
        builder.environment().put("XDG_RUNTIME_DIR", runtime.toString());
        return builder.directory(home.toFile());
    }

    private ProcessBuilder command(String... arguments) {
        return host(words(List.of(AgentProcess.CHECKOUT + "/bin/cloister"), arguments));
    }

    private Ended cloister(String... arguments) throws Exception {
        return run(command(arguments));
    }

    private static Ended run(ProcessBuilder builder) throws Exception {
        Path out = Files.createTempFile(temp, "out", "");
        Path err = Files.createTempFile(temp, "err", "");
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as(Files.readString(err))
                .isTrue();
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
