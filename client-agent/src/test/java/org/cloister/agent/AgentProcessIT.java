package org.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assumptions;
import org.awaitility.Awaitility;
import org.cloister.agent.fake.FakeLog;
import org.cloister.agent.fake.FakePool;
import org.cloister.agent.fake.FakeRepository;
import org.cloister.agent.image.HostImage;
import org.cloister.agent.network.NetworkNames;
import org.cloister.agent.report.HostKey;
import org.cloister.agent.state.AgentDatabase;
import org.cloister.agent.store.Generations;
import org.cloister.events.DeviceId;
import org.cloister.events.DeviceKind;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.DeviceAttached;
import org.cloister.events.HostEvent.DeviceGranted;
import org.cloister.events.HostEvent.DeviceReleased;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.IntegrityRestored;
import org.cloister.events.HostEvent.IntegrityViolated;
import org.cloister.events.HostEvent.LeaseReleased;
import org.cloister.events.HostEvent.RemovalRequested;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.Port;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RootName;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.cloister.events.layer.StoreLayout;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real agent process with a real mount, against a repository in memory. */
class AgentProcessIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    @TempDir
    Path temp;

    private final List<Process> started = new ArrayList<>();
    private final Map<Integer, RootTarget> versions = new HashMap<>();
    private final EventCodec codec = new EventCodec();
    private FakePool pool;
    private FakeLog log;
    private FakeRepository repository;
    private HostId host;

    @BeforeEach
    void start() throws IOException {
        boolean built = Files.isDirectory(AgentProcess.CHECKOUT.resolve("fuse-agent/target/lib"));
        if (!built || !Files.isWritable(Path.of("/dev/fuse"))) {
            System.out.println("AgentProcessIT skipped: " + (built ? "no /dev/fuse" : "fuse-agent isn't packaged"));
        }
        Assumptions.assumeThat(built && Files.isWritable(Path.of("/dev/fuse"))).isTrue();
        pool = new FakePool(temp.resolve("pool"));
        log = new FakeLog();
        repository = new FakeRepository(pool, log, 0);
        Files.createDirectories(temp.resolve("one"));
        host = HostKey.at(temp.resolve("one/key.pem")).host();
        Files.writeString(temp.resolve("token"), "t");
    }

    @AfterEach
    void stop() throws InterruptedException, IOException {
        for (Process process : started) {
            process.destroy();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
        if (repository != null) {
            repository.close();
        }
        for (String state : List.of("one", "two")) {
            Path pid = temp.resolve(state + "/fuse.pid");
            if (Files.exists(pid)) {
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(ProcessHandle::destroy);
            }
            new ProcessBuilder("umount", "-l", temp.resolve("mnt-" + state).toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        }
    }

    @Test
    void killedAnywhereItConvergesAndAnEmptyOneReplaysToTheSame() throws Exception {
        long seed = Long.getLong("cloister.seed", 20260102);
        Random random = new Random(seed);
        Process agent = agent("one");
        for (int round = 0; round < 6; round++) {
            for (int i = 0; i < 3; i++) {
                request(random);
            }
            TimeUnit.MILLISECONDS.sleep(random.nextInt(1_500));
            agent.destroyForcibly().waitFor();
            agent = agent("one");
        }
        Awaitility.await()
                .alias("seed " + seed)
                .atMost(LIMIT)
                .until(() -> outcomes().size() == requests());
        assertThat(outcomes()).as("seed %d: one outcome for each request", seed).doesNotHaveDuplicates();
        Digest expected = expected();
        Awaitility.await().atMost(LIMIT).until(() -> current("one").equals(expected));
        assertThat(reports("one")).isZero();

        Files.createDirectories(temp.resolve("two"));
        for (String file : List.of("key.pem", "enrolment.json")) {
            Files.copy(temp.resolve("one/" + file), temp.resolve("two/" + file));
        }
        agent("two");
        Awaitility.await()
                .alias("seed " + seed)
                .atMost(LIMIT)
                .until(() -> current("two").equals(expected));
        assertThat(outcomes()).as("a replay reports nothing again").hasSize(requests());
    }

    @Test
    void whileTheRepositoryIsAwayRootsWorkAndReportsWait() throws Exception {
        agent("one");
        log.append(host, new InstallRequested(List.of(target("a", 1))));
        Awaitility.await().atMost(LIMIT).until(() -> outcomes().size() == 1);
        Path file = temp.resolve("mnt-one/a/usr/share/version");
        assertThat(file).content().isEqualTo("version 1");

        repository.down = true;
        Files.writeString(file, "mine");
        assertThat(file).content().isEqualTo("mine");
        Process again = restarted();
        assertThat(again.isAlive()).isTrue();
        assertThat(file).content().isEqualTo("mine");

        repository.down = false;
        log.append(host, new InstallRequested(List.of(target("a", 2))));
        Awaitility.await().atMost(LIMIT).until(() -> outcomes().size() == 2);
        assertThat(file).as("an upgrade keeps what was written").content().isEqualTo("mine");
    }

    @Test
    void whatIsDamagedBelowARunningRootIsRefusedFetchedAgainAndReported() throws Exception {
        agent("one");
        log.append(host, new InstallRequested(List.of(target("a", 1))));
        Awaitility.await().atMost(LIMIT).until(() -> outcomes().size() == 1);
        Path file = temp.resolve("mnt-one/a/usr/share/version");
        Digest digest = Digest.ofText("version 1");
        Path object = temp.resolve("one").resolve(StoreLayout.object(digest));
        assertThat(file).content().isEqualTo("version 1");

        repository.down = true;
        flip(object);
        ask("{\"op\":\"check\",\"objects\":[{\"object\":\"" + digest + "\",\"size\":9}]}");
        Awaitility.await().atMost(LIMIT).until(() -> !isReadable(file));
        Path other = temp.resolve("mnt-one/a/usr/share/f1");
        Path otherObject = temp.resolve("one").resolve(StoreLayout.object(Digest.ofText("1 1")));
        Files.delete(otherObject);
        assertThat(isReadable(other)).as("missing, and never read before").isFalse();
        assertThat(restarted().isAlive()).isTrue();
        assertThat(isReadable(file)).as("while the repository is away").isFalse();

        repository.down = false;
        Awaitility.await().atMost(LIMIT).until(() -> isReadable(file) && isReadable(other));
        assertThat(file).content().isEqualTo("version 1");
        assertThat(other).content().isEqualTo("1 1");
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(integrityEvents())
                        .containsExactlyInAnyOrder(
                                new IntegrityViolated(
                                        digest, new RootName("a"), "usr/share/version", "differs from its digest"),
                                new IntegrityViolated(
                                        Digest.ofText("1 1"), new RootName("a"), "usr/share/f1", "missing"),
                                new IntegrityRestored(digest),
                                new IntegrityRestored(Digest.ofText("1 1"))));
    }

    @Test
    void whatAServerBindsIsLeasedAndItsRootHasANetworkUntilItIsGone() throws Exception {
        boolean root = System.getProperty("user.name").equals("root");
        if (!root || !Files.isExecutable(Path.of("/usr/sbin/nft"))) {
            System.out.println("AgentProcessIT's networks skipped: " + (root ? "no nft" : "not root"));
        }
        Assumptions.assumeThat(root && Files.isExecutable(Path.of("/usr/sbin/nft")))
                .isTrue();
        Process agent = agent("one");
        log.append(host, new InstallRequested(List.of(server("ftp"))));
        Path enter = temp.resolve("one/launch/ftp/enter");
        Path namespace = Path.of(
                "/run/netns", NetworkNames.of(temp.resolve("one").toString()).namespace(new RootName("ftp")));
        Awaitility.await()
                .atMost(LIMIT)
                .until(() ->
                        Files.exists(namespace) && Files.readString(enter).contains("network='" + namespace + "'"));
        assertThat(types()).containsOnlyOnce("LeaseGranted");

        agent.destroyForcibly().waitFor();
        assertThat(namespace).as("a killed agent's programs keep their network").exists();
        Process again = agent("one");
        log.append(host, new InstallRequested(List.of(target("a", 1))));
        Awaitility.await().atMost(LIMIT).until(() -> outcomes().size() == 2);
        assertThat(types()).as("nothing is asked twice").containsOnlyOnce("LeaseGranted");

        again.destroy();
        assertThat(again.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(namespace).as("an agent that ends in order leaves nothing").doesNotExist();
        agent("one");
        Awaitility.await().atMost(LIMIT).until(() -> Files.exists(namespace));
        log.append(host, new RemovalRequested(List.of(new RootName("ftp"))));
        log.append(
                host,
                new LeaseReleased(new RootName("ftp"), Port.tcp(21), Port.tcp(repository.firstLease - 1), "removed"));
        Awaitility.await().atMost(LIMIT).until(() -> !Files.exists(namespace) && !Files.exists(enter));
    }

    /** A word in sector 20 of the least that is taken for a disc (ISO 9660, section 8). */
    private static byte[] disc() {
        byte[] disc = new byte[34 * 2048];
        byte[] standard = "\u0001CD001\u0001".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(standard, 0, disc, 16 * 2048, standard.length);
        byte[] word = "a word".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(word, 0, disc, 20 * 2048, word.length);
        return disc;
    }

    @Test
    void aGrantedImageIsADriveInItsRootAndNowhereElseUntilItIsReleased() throws Exception {
        boolean root = System.getProperty("user.name").equals("root");
        boolean loops = Files.exists(Path.of("/dev/loop-control"));
        if (!root || !loops) {
            System.out.println("AgentProcessIT's devices skipped: " + (root ? "no loop devices" : "not root"));
        }
        Assumptions.assumeThat(root && loops).isTrue();
        Path image = Files.write(temp.resolve("disc.iso"), disc()).toRealPath();
        Files.writeString(temp.resolve("one/images"), image + "\n");
        Process agent = agent("one");
        log.append(host, new InstallRequested(List.of(target("a", 1), target("b", 1))));
        Awaitility.await().atMost(LIMIT).until(() -> outcomes().size() == 1 && drive() != null);
        Path dev = temp.resolve("mnt-one/a/dev");
        assertThat(dev.resolve("null")).exists();
        assertThat(dev.resolve("cdrom")).doesNotExist();

        DeviceId drive = Objects.requireNonNull(drive());
        log.append(host, new DeviceGranted(new RootName("a"), drive, DeviceKind.OPTICAL));
        Awaitility.await().atMost(LIMIT).until(() -> Files.exists(dev.resolve("cdrom")));
        assertThat(word(dev.resolve("cdrom"))).isEqualTo("a word");
        assertThat(word(dev.resolve("sr0"))).isEqualTo("a word");
        assertThat(temp.resolve("mnt-one/b/dev/sr0")).doesNotExist();

        agent.destroyForcibly().waitFor();
        assertThat(word(dev.resolve("dvd"))).as("programs keep their drive").isEqualTo("a word");
        Process again = agent("one");
        log.append(host, new InstallRequested(List.of(target("a", 2))));
        Awaitility.await().atMost(LIMIT).until(() -> outcomes().size() == 2);
        assertThat(word(dev.resolve("cdrom"))).as("so does an upgrade").isEqualTo("a word");
        again.destroy();
        assertThat(again.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(loopOf(image))
                .as("an agent that ends in order leaves nothing")
                .isEmpty();

        agent("one");
        Awaitility.await()
                .atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> word(dev.resolve("cdrom")).equals("a word"));
        log.append(host, new DeviceReleased(new RootName("a"), drive, "it was asked to"));
        Awaitility.await().atMost(LIMIT).until(() -> !Files.exists(dev.resolve("sr0")));
        assertThat(Files.exists(dev.resolve("cdrom"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    private @Nullable DeviceId drive() {
        for (RecordedEvent recorded : log.all()) {
            HostEvent event = (HostEvent) codec.decode(recorded);
            if (event instanceof DeviceAttached attached && attached.kind() == DeviceKind.OPTICAL) {
                return attached.device();
            }
        }
        return null;
    }

    private static String word(Path device) throws IOException {
        try (FileChannel channel = FileChannel.open(device)) {
            ByteBuffer bytes = ByteBuffer.allocate(6);
            channel.read(bytes, 20 * 2048);
            return new String(bytes.array(), StandardCharsets.US_ASCII);
        }
    }

    private static String loopOf(Path image) throws IOException, InterruptedException {
        Process losetup = new ProcessBuilder("losetup", "--associated", image.toString()).start();
        String said = new String(losetup.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        losetup.waitFor();
        return said;
    }

    private List<String> types() {
        return log.all().stream().map(RecordedEvent::type).toList();
    }

    /** A package that is known to bind tcp/21. */
    private RootTarget server(String root) throws IOException {
        PackageId id = PackageId.of("vsftpd", "3.0.3", "amd64");
        Closure closure =
                new Closure(List.of(pool.member(id, Manifest.of(List.of(dir("etc"), file("etc/x", "x"))), Map.of())));
        repository.configured(closure.id(), pool.layer(Manifest.of(List.of(dir("etc"), file("etc/v", "v")))));
        return new RootTarget(new RootName(root), id, closure);
    }

    private List<HostEvent> integrityEvents() {
        List<HostEvent> events = new ArrayList<>();
        for (RecordedEvent recorded : log.all()) {
            if (recorded.type().startsWith("Integrity")) {
                events.add((HostEvent) codec.decode(recorded));
            }
        }
        return events;
    }

    private static void flip(Path object) throws IOException {
        Files.setPosixFilePermissions(object, PosixFilePermissions.fromString("rw-r--r--"));
        try (FileChannel channel = FileChannel.open(object, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {'X'}), 0);
        }
    }

    private void ask(String request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(temp.resolve("one/fuse.sock")))) {
            channel.write(ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8)));
            assertThat(channel.read(ByteBuffer.allocate(1 << 16))).isPositive();
        }
    }

    private static boolean isReadable(Path file) {
        try {
            Files.readAllBytes(file);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private Process restarted() throws IOException, InterruptedException {
        started.get(0).destroyForcibly().waitFor();
        return agent("one");
    }

    private void request(Random random) throws IOException {
        RootName root = new RootName("r" + random.nextInt(4));
        log.append(
                host,
                random.nextInt(4) == 0
                        ? new RemovalRequested(List.of(root))
                        : new InstallRequested(List.of(target(root.text(), random.nextInt(5)))));
    }

    private RootTarget target(String root, int version) throws IOException {
        RootTarget known = versions.get(version);
        if (known == null) {
            known = published(version);
            versions.put(version, known);
        }
        return new RootTarget(new RootName(root), known.requested(), known.closure());
    }

    private RootTarget published(int version) throws IOException {
        PackageId id = PackageId.of("p", "1." + version, "amd64");
        List<ManifestEntry> entries = new ArrayList<>(List.of(dir("usr"), dir("usr/share")));
        entries.add(file("usr/share/version", "version " + version));
        for (int i = 0; i < 200; i++) {
            entries.add(file("usr/share/f" + i, version + " " + i % 100));
        }
        Closure closure = new Closure(List.of(pool.member(id, Manifest.of(entries), Map.of())));
        repository.configured(closure.id(), pool.layer(Manifest.of(List.of(dir("etc"), file("etc/v", "" + version)))));
        return new RootTarget(new RootName("x"), id, closure);
    }

    private static ManifestEntry dir(String path) {
        return ManifestEntry.directory(path, 0755, 0, 0, FileTime.EPOCH);
    }

    private ManifestEntry file(String path, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ManifestEntry.file(path, 0644, 0, 0, FileTime.EPOCH, bytes.length, pool.object(bytes));
    }

    private Process agent(String state) throws IOException {
        Process process = AgentProcess.start(temp, state, repository.uri());
        started.add(process);
        return process;
    }

    private Digest current(String state) throws IOException {
        return new Generations(temp.resolve(state))
                .current()
                .map(g -> g.digest())
                .orElse(Digest.ofText(""));
    }

    private int reports(String state) throws IOException {
        try (AgentDatabase database = AgentDatabase.open(temp.resolve(state + "/agent.db"))) {
            return database.reports();
        }
    }

    private List<Position> outcomes() {
        List<Position> positions = new ArrayList<>();
        for (RecordedEvent recorded : log.all()) {
            HostEvent event = (HostEvent) codec.decode(recorded);
            if (event instanceof HostEvent.InstallationSucceeded done) {
                positions.add(done.request());
            } else if (event instanceof HostEvent.InstallationFailed done) {
                positions.add(done.request());
            } else if (event instanceof HostEvent.RemovalCompleted done) {
                positions.add(done.request());
            }
        }
        return positions;
    }

    private int requests() {
        return (int) log.all().stream()
                .filter(event ->
                        event.type().equals("InstallRequested") || event.type().equals("RemovalRequested"))
                .count();
    }

    /** What an image that hears the whole log says. */
    private Digest expected() {
        HostImage image = HostImage.EMPTY;
        for (RecordedEvent recorded : log.all()) {
            image = image.evolve(recorded.position(), (HostEvent) codec.decode(recorded))
                    .image();
        }
        return image.generation(Position.NONE).digest();
    }
}
