package org.cloister.agent.bench.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.cloister.agent.report.HostKey;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.InstallationFailed;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RootName;

/**
 * A fleet against one repository: all enrol, all install, all lose their connections in the midst of a wave, the repository is killed in the
 * midst of another, a tenth reads slowly, some have a twin or a wrong clock. Prints what each phase took, and ends with status 1 if anything
 * was lost, is there twice, or came out of order.
 */
public final class FleetBench implements FleetListener {
    private static final int DEFAULT_HOSTS = 5_000;
    private static final int EVENT_LOOPS = 2;
    private static final int ENROLLING = 256;
    private static final int SMALL = 16 * 1024;
    /** More than the sockets between two processes of one machine hold. */
    private static final int LARGE = 1024 * 1024;

    private static final int SLOW_RECEIVE_BUFFER = 4 * 1024;
    /** Only what hangs takes longer. */
    private static final Duration LIMIT = Duration.ofMinutes(15);

    private static final List<Duration> WRONG_CLOCKS =
            List.of(Duration.ofHours(3), Duration.ofHours(-3), Duration.ofDays(3650), Duration.ofDays(-9000));
    /** Of a clock that is right, with a request that waited. */
    private static final Duration ALLOWED = Duration.ofMinutes(10);

    private final Path temp;
    private final int count;
    private final FleetServer server;
    private final Consumption consumption;
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(EVENT_LOOPS));
    private final HttpClientAgent quick = vertx.createHttpClient(new HttpClientOptions());
    private final HttpClientAgent slow =
            vertx.createHttpClient(new HttpClientOptions().setReceiveBufferSize(SLOW_RECEIVE_BUFFER));
    private final Troubles troubles = new Troubles();
    private final List<SimulatedHost> hosts = new ArrayList<>();
    private final Map<SimulatedHost, Set<Position>> asked = new HashMap<>();
    private final Set<SimulatedHost> twins = ConcurrentHashMap.newKeySet();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Wave> wave;
    private volatile long cutAt;
    private volatile Latencies back = new Latencies();
    private volatile CountDownLatch following = new CountDownLatch(0);
    private final Instant begun;

    private FleetBench(Path temp, FleetServer server, int count, Instant begun) {
        this.begun = begun;
        this.temp = temp;
        this.server = server;
        this.count = count;
        this.consumption = new Consumption(server);
        this.wave = new AtomicReference<>(new Wave(List.of(), Set.of(), troubles));
    }

    /** {@code REPO-SERVER [HOSTS]}, where the first is {@code bin/repo-server}. */
    public static void main(String[] arguments) throws Exception {
        int count = arguments.length > 1 ? Integer.parseInt(arguments[1]) : DEFAULT_HOSTS;
        System.exit(run(Path.of(arguments[0]), count).isEmpty() ? 0 : 1);
    }

    /** Runs it and prints its figures. @return what went wrong */
    public static List<String> run(Path repoServer, int count) throws Exception {
        if (count < 20) {
            throw new IllegalArgumentException("a fleet has at least 20 hosts, not " + count);
        }
        Path temp = Files.createTempDirectory(Path.of("/var/tmp"), "cloister-fleet.");
        List<String> faults = new ArrayList<>();
        Instant begun = Instant.now();
        try (FleetServer server = new FleetServer(repoServer, temp.resolve("repo"))) {
            FleetBench bench = new FleetBench(temp, server, count, begun);
            try {
                bench.run();
            } finally {
                faults.addAll(bench.faults);
                bench.close();
            }
        }
        faults.stream().limit(20).forEach(fault -> System.err.println("fleet: " + fault));
        if (faults.isEmpty()) {
            delete(temp);
        } else {
            System.err.println("fleet: the repository's log is in " + temp);
        }
        return faults;
    }

    private void close() throws InterruptedException {
        consumption.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void run() throws Exception {
        System.out.printf(
                Locale.ROOT,
                "{\"machine\":{\"processors\":%d,\"java\":\"%s\",\"kernel\":\"%s\",\"load\":%.2f}}%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version"),
                System.getProperty("os.version"),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        for (String name : List.of("fleet-a", "fleet-b")) {
            publish(name, SMALL);
        }
        publish("fleet-c", LARGE);
        makeHosts();
        consumption.take();
        enrolAll();
        followAll();
        installAll();
        cutAll();
        killServer();
        slowTenth();
        duplicates();
        check();
    }

    private void publish(String name, int size) throws IOException, InterruptedException {
        server.post("/v1/packages", "application/vnd.debian.binary-package", SmallPackage.of(temp, name, size));
    }

    private void makeHosts() throws IOException {
        Path keys = Files.createDirectories(temp.resolve("keys"));
        for (int i = 0; i < count; i++) {
            HostKey key = HostKey.at(keys.resolve("key-" + i));
            Duration ahead = hasWrongClock(i) ? WRONG_CLOCKS.get(i % WRONG_CLOCKS.size()) : Duration.ZERO;
            hosts.add(host(isSlow(i) ? slow : quick, "fleet-" + i, key, ahead));
        }
    }

    private SimulatedHost host(HttpClientAgent client, String name, HostKey key, Duration clockAhead) {
        return new SimulatedHost(
                vertx.getOrCreateContext(), client, server.port(), name, key, clockAhead, troubles, this);
    }

    private static boolean isSlow(int index) {
        return index % 10 == 9;
    }

    /** Four, and some in a hundred of a large fleet. */
    private static boolean hasWrongClock(int index) {
        return index < 4 || index % 50 == 7;
    }

    private static boolean hasTwin(int index) {
        return index == 4 || index == 5 || index % 50 == 11;
    }

    // Phases

    private void enrolAll() throws Exception {
        String token = server.enrolmentToken();
        Latencies took = new Latencies();
        Semaphore lanes = new Semaphore(ENROLLING);
        CountDownLatch enrolled = new CountDownLatch(count);
        long start = System.nanoTime();
        for (SimulatedHost host : hosts) {
            lanes.acquire();
            long sent = System.nanoTime();
            host.enrol(token).onComplete(done -> {
                lanes.release();
                took.add(System.nanoTime() - sent);
                if (done.failed()) {
                    faults.add(host.name() + ": " + done.cause());
                }
                enrolled.countDown();
            });
        }
        await(enrolled, "enrolments");
        print("enrol", start, ",\"answered\":" + quantiles(took));
    }

    private void followAll() throws InterruptedException {
        expectBack();
        long start = System.nanoTime();
        hosts.forEach(SimulatedHost::follow);
        await(following, "hosts that follow");
        print("first contact of all at once", start, ",\"following\":" + quantiles(back));
    }

    private void installAll() throws InterruptedException {
        Wave.Command install = install("fleet-a");
        carryOut(hosts.subList(0, 1), Set.of(), install, done -> {}).awaitAll();
        remember();
        long start = System.nanoTime();
        carryOut(hosts.subList(1, count), Set.of(), install, done -> {}).awaitAll();
        remember();
        print("install wave", start, waveFigures());
    }

    private void cutAll() throws InterruptedException {
        Wave.Command install = install("fleet-b");
        carryOut(hosts.subList(0, 1), Set.of(), install, done -> {}).awaitAll();
        remember();
        expectBack();
        long start = System.nanoTime();
        Wave running = carryOut(hosts.subList(1, count), Set.of(), install, done -> {
            if (done == count / 2) {
                cutAt = System.nanoTime();
                hosts.forEach(SimulatedHost::cut);
            }
        });
        running.awaitAll();
        await(following, "hosts that came back");
        remember();
        print("all connections cut in a wave", start, ",\"back\":" + quantiles(back) + waveFigures());
    }

    private void killServer() throws Exception {
        Wave.Command removal = new Wave.Command("/removals", "{\"aliases\":[\"fleet-a\"]}");
        expectBack();
        CountDownLatch half = new CountDownLatch(count / 2);
        long start = System.nanoTime();
        Wave running = carryOut(hosts, Set.of(), removal, done -> half.countDown());
        await(half, "acknowledgements");
        cutAt = System.nanoTime();
        server.killAndStart();
        double away = (System.nanoTime() - cutAt) / 1e9;
        cutAt = System.nanoTime();
        running.awaitAll();
        await(following, "hosts that came back");
        remember();
        print(
                "repository killed in a wave",
                start,
                String.format(Locale.ROOT, ",\"away\":%.1f,\"back\":%s", away, quantiles(back)) + waveFigures());
    }

    private void slowTenth() throws InterruptedException {
        Wave.Command install = install("fleet-c");
        carryOut(hosts.subList(0, 1), Set.of(), install, done -> {}).awaitAll();
        remember();
        Promise<Void> gate = Promise.promise();
        Set<SimulatedHost> slowOnes = new HashSet<>();
        for (int i = 1; i < count; i++) {
            if (isSlow(i)) {
                slowOnes.add(hosts.get(i));
                hosts.get(i).readsSlowlyUntil(gate.future());
            }
        }
        long start = System.nanoTime();
        Wave running = carryOut(hosts.subList(1, count), slowOnes, install, done -> {});
        running.awaitQuick();
        slowOnes.stream().filter(running::hasAnswered).forEach(host -> faults.add(host.id() + " wasn't slow"));
        print("install wave, a tenth doesn't read on", start, waveFigures());
        long opened = System.nanoTime();
        gate.complete();
        running.awaitAll();
        remember();
        print("the slow tenth reads on", opened, "");
    }

    /** Machines with the key and the token of another; and one that has only the token. */
    private void duplicates() throws Exception {
        long start = System.nanoTime();
        int stranger = 0;
        for (int i = 0; i < count; i++) {
            if (hasTwin(i)) {
                SimulatedHost original = hosts.get(i);
                SimulatedHost twin = host(quick, original.name(), original.key(), original.clockAhead());
                twins.add(twin);
                twin.takeIdentityOf(original);
                Position request = newest(original);
                HostEvent other = new InstallationFailed(
                        request, List.of(new RootName("fleet-c")), "fetch", "of the other machine");
                expect("request-closed", "a twin's other outcome", twin.reportOnce(other, twin.key()));
                HostKey forged = HostKey.at(temp.resolve("keys").resolve("stranger-" + stranger++));
                expect("signature-invalid", "a forged report", twin.reportOnce(other, forged));
                twin.takeIdentityOf(hosts.get((i + 1) % count));
                expect("other-host", "another host's token", twin.reportOnce(other, twin.key()));
                twin.takeIdentityOf(original);
                twin.follow();
            }
        }
        // Both hear of it and both report: on record is one outcome.
        carryOut(hosts, Set.of(), install("fleet-a"), done -> {}).awaitAll();
        remember();
        for (SimulatedHost twin : twins) {
            SimulatedHost original = hosts.stream()
                    .filter(host -> host.id().equals(twin.id()))
                    .findFirst()
                    .orElseThrow();
            HostEvent same = new HostEvent.RemovalCompleted(
                    removal(original), List.of(new RootName("fleet-a")), Digest.ofText(""), true);
            Answer answer = get(twin.reportOnce(same, twin.key()));
            require(answer.isSuccess() && answer.json().path("recorded").asInt() <= 1, "a twin's report: " + answer);
        }
        print("install wave with twins and wrong clocks", start, waveFigures());
    }

    private void expect(String rule, String what, Future<Answer> report) throws Exception {
        Answer answer = get(report);
        require(
                !answer.isSuccess() && answer.rule().equals(rule),
                what + " was answered with " + answer.status() + " " + answer.rule());
    }

    private static <T> T get(Future<T> future) throws InterruptedException, ExecutionException {
        return future.toCompletionStage().toCompletableFuture().get();
    }

    private static Wave.Command install(String name) {
        return new Wave.Command("/installs", "{\"packages\":[{\"name\":\"" + name + "\"}]}");
    }

    private Wave carryOut(
            List<SimulatedHost> wanted,
            Set<SimulatedHost> slowOnes,
            Wave.Command command,
            java.util.function.IntConsumer progress) {
        Wave next = new Wave(wanted, slowOnes, troubles);
        wave.set(next);
        try {
            next.start(vertx, quick, server, server.adminToken(), command, progress);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return next;
    }

    private Wave wave() {
        return Objects.requireNonNull(wave.get());
    }

    private void remember() {
        wave().asked()
                .forEach((host, position) ->
                        asked.computeIfAbsent(host, h -> new HashSet<>()).add(position));
    }

    private Position newest(SimulatedHost host) {
        return asked.getOrDefault(host, Set.of()).stream()
                .max(Position::compareTo)
                .orElseThrow();
    }

    /** The third that it was asked for: fleet-a, fleet-b, the removal. */
    private Position removal(SimulatedHost host) {
        return asked.getOrDefault(host, Set.of()).stream()
                .sorted()
                .skip(2)
                .findFirst()
                .orElseThrow();
    }

    private void expectBack() {
        back = new Latencies();
        following = new CountDownLatch(count);
        cutAt = System.nanoTime();
    }

    // What the hosts tell

    @Override
    public void reported(SimulatedHost host, Position request) {
        if (!twins.contains(host)) {
            wave().reported(host);
        }
    }

    @Override
    public void following(SimulatedHost host) {
        if (!twins.contains(host)) {
            back.add(System.nanoTime() - cutAt);
            following.countDown();
        }
    }

    @Override
    public void broken(SimulatedHost host, String how) {
        faults.add(host.id() + " " + how);
    }

    // Checks

    private void check() throws Exception {
        awaitRefusals();
        long start = System.nanoTime();
        RecordCheck record = RecordCheck.of(server);
        Instant now = Instant.now();
        require(record.hosts() == count, record.hosts() + " hosts are in the log, not " + count);
        hosts.forEach(host -> record.requireLife(host, asked.getOrDefault(host, Set.of())));
        record.requireTimes(begun.minusSeconds(1), now.plusSeconds(1));
        faults.addAll(record.faults());
        JsonNode verified = server.verified();
        require(
                verified.path("done").asBoolean() && verified.path("size").asLong() >= record.events(),
                "the log: " + verified);
        JsonNode status = server.get("/v1/status");
        faults.addAll(TopicCheck.faults(status.path("kafka").asText(), record.hostPositions()));
        checkFleet();
        print("checked: " + record.events() + " events in the log and in Kafka", start, "");
    }

    private void awaitRefusals() throws Exception {
        Set<String> wanted = new HashSet<>();
        for (SimulatedHost twin : twins) {
            wanted.add(Principal.ofAgent(twin.id()) + " signature-invalid");
        }
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        Set<String> missing = new HashSet<>(wanted);
        while (!missing.isEmpty() && System.nanoTime() - end < 0) {
            Thread.sleep(500);
            missing.removeAll(RecordCheck.refusals(server));
        }
        missing.forEach(refusal -> faults.add("not on record: " + refusal));
    }

    private void checkFleet() throws Exception {
        Map<String, SimulatedHost> byId = new HashMap<>();
        hosts.forEach(host -> byId.put(host.id().text(), host));
        Set<String> doubled = new HashSet<>();
        twins.forEach(twin -> doubled.add(twin.id().text()));
        for (JsonNode seen : server.get("/v1/audit/hosts").path("hosts")) {
            SimulatedHost host = byId.get(seen.path("host").asText());
            if (host == null) {
                faults.add("a host that nobody enrolled: " + seen);
                continue;
            }
            long ahead = seen.path("clockAheadSeconds").asLong(Long.MAX_VALUE);
            require(
                    Math.abs(ahead - host.clockAhead().toSeconds()) <= ALLOWED.toSeconds(),
                    host.id() + " is " + host.clockAhead() + " ahead, the repository saw " + ahead + " s");
            boolean repeats = seen.path("repeatedSequences").asInt() > 0;
            require(
                    repeats == doubled.contains(host.id().text()),
                    host.id() + " has " + (doubled.contains(host.id().text()) ? "a" : "no") + " twin: " + seen);
            require(seen.path("open").asInt() == 0, host.id() + " has something open");
        }
    }

    private void require(boolean holds, String fault) {
        if (!holds) {
            faults.add(fault);
        }
    }

    private static void await(CountDownLatch latch, String what) throws InterruptedException {
        if (!latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(latch.getCount() + " " + what + " never came");
        }
    }

    private String waveFigures() {
        Wave last = wave();
        return ",\"acknowledged\":" + quantiles(last.acknowledged()) + ",\"reported\":" + quantiles(last.reported());
    }

    private static String quantiles(Latencies latencies) {
        return String.format(
                Locale.ROOT,
                "{\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f}",
                latencies.quantile(0.5),
                latencies.quantile(0.99),
                latencies.quantile(1));
    }

    private void print(String phase, long start, String figures) {
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "{\"bench\":\"fleet\",\"hosts\":%d,\"case\":\"%s\",\"seconds\":%.2f,\"value\":%.0f,\"unit\":\"hosts/s\"%s,%s,\"troubles\":%s}%n",
                count,
                phase,
                seconds,
                count / seconds,
                figures,
                consumption.take(),
                troubles.take());
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
