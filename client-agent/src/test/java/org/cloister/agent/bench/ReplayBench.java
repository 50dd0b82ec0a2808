package org.cloister.agent.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.cloister.agent.configure.ConfiguredLayers;
import org.cloister.agent.configure.ScratchRoots;
import org.cloister.agent.feed.EventFeed;
import org.cloister.agent.feed.HttpFeed;
import org.cloister.agent.follow.FollowerListener;
import org.cloister.agent.follow.HostFollower;
import org.cloister.agent.follow.Preparation;
import org.cloister.agent.follow.RequestWork;
import org.cloister.agent.follow.Situation;
import org.cloister.agent.follow.Switchover;
import org.cloister.agent.image.HostImage;
import org.cloister.agent.remote.Connection;
import org.cloister.agent.remote.Repository;
import org.cloister.agent.report.HostKey;
import org.cloister.agent.report.Reports;
import org.cloister.agent.root.RootUser;
import org.cloister.agent.state.AgentDatabase;
import org.cloister.agent.store.Generations;
import org.cloister.agent.store.LayerFetch;
import org.cloister.agent.store.ObjectStore;
import org.cloister.events.Digest;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;

/** A new agent that replays a host's whole life, beside a consumer that only parses the same events. */
public final class ReplayBench {
    private static final int PAGE = HttpFeed.LIMIT;
    private static final int PACKAGES = 3;
    private static final int CLOSURES = 40;

    private final Map<LayerId, byte[]> layers = new HashMap<>();
    private final Path temp;
    private final int events;
    private HostId host = new HostId("h-0000000000000000");

    private ReplayBench(Path temp, int events) {
        this.temp = temp;
        this.events = events;
    }

    /** {@code [EVENTS [ROUNDS]]} */
    public static void main(String[] arguments) throws Exception {
        int events = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
        Path temp = Files.createTempDirectory("cloister-replay");
        try {
            new ReplayBench(temp, events).run(rounds);
        } finally {
            delete(temp);
        }
    }

    private void run(int rounds) throws Exception {
        System.out.printf(
                Locale.ROOT,
                "{\"machine\":{\"processors\":%d,\"java\":\"%s\",\"kernel\":\"%s\"}}%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version"),
                System.getProperty("os.version"));
        List<Closure> closures = closures();
        LayerId configured = layer("configured");
        host = HostKey.at(temp.resolve("key.pem")).host();
        Path recording = temp.resolve("recording");
        List<Long> pages = new Recording(closures, configured).write(recording, host, events, PAGE);
        double[] bare = new double[rounds];
        double[] agent = new double[rounds];
        try (RecordingServer server = new RecordingServer(recording, pages, PAGE, events, layers)) {
            for (int round = 0; round < rounds; round++) {
                bare[round] = rate(() -> parse(server));
                agent[round] = rate(() -> replay(server));
            }
        }
        Arrays.sort(bare);
        Arrays.sort(agent);
        double parsed = bare[rounds / 2];
        double replayed = agent[rounds / 2];
        print("bare consumer", parsed, rounds, "");
        print(
                "agent",
                replayed,
                rounds,
                String.format(Locale.ROOT, ",\"ratio\":%.2f,\"to\":\"bare consumer\"", replayed / parsed));
    }

    private void print(String subject, double value, int rounds, String more) {
        System.out.printf(
                Locale.ROOT,
                "{\"bench\":\"replay\",\"case\":\"%d events over http\",\"subject\":\"%s\",\"value\":%.0f,\"unit\":\"events/s\",\"runs\":%d%s}%n",
                events,
                subject,
                value,
                rounds,
                more);
    }

    private interface Work {
        void run() throws Exception;
    }

    private double rate(Work work) throws Exception {
        long start = System.nanoTime();
        work.run();
        return events / ((System.nanoTime() - start) / 1e9);
    }

    private void parse(RecordingServer server) throws IOException, InterruptedException {
        EventCodec codec = new EventCodec();
        Repository repository = new Repository(new Connection(server.uri(), "t"));
        int parsed = 0;
        try (EventFeed feed = new HttpFeed(repository, host, Position.NONE)) {
            while (parsed < events) {
                for (RecordedEvent event : feed.poll(Duration.ZERO).events()) {
                    codec.decode(event);
                    parsed++;
                }
            }
        }
    }

    private void replay(RecordingServer server) throws IOException, InterruptedException {
        Path state = Files.createTempDirectory(temp, "state");
        Repository repository = new Repository(new Connection(server.uri(), "t"));
        ObjectStore store = new ObjectStore(state);
        Generations generations = new Generations(state);
        LayerFetch fetch = new LayerFetch(store, repository);
        NoMount union = new NoMount();
        try (AgentDatabase database = AgentDatabase.open(state.resolve("agent.db"))) {
            ConfiguredLayers configured = new ConfiguredLayers(
                    store,
                    fetch,
                    repository,
                    database,
                    new ScratchRoots(generations, union),
                    RootUser.ofMachine(),
                    state.resolve("log"));
            RequestWork work = new RequestWork(
                    new Preparation(fetch, configured), new Switchover(generations, union), (now, next) -> {});
            Situation situation = new Situation();
            HostFollower follower = new HostFollower(
                    (after, hint) -> new HttpFeed(repository, host, after),
                    database,
                    repository,
                    work,
                    new Reports(HostKey.at(temp.resolve("key.pem")), host),
                    situation,
                    new Nobody());
            follower.restore();
            Thread thread = new Thread(follower, "host");
            thread.start();
            while (situation.position().value() < events) {
                situation.awaitChange(1_000);
            }
            thread.interrupt();
            thread.join();
            if (situation.image().roots().isEmpty()
                    || !situation.image().pending().isEmpty()) {
                throw new IllegalStateException("the replay came to something else");
            }
        }
    }

    private static final class Nobody implements FollowerListener {
        @Override
        public void switched(HostImage image) {}

        @Override
        public void reported() {}
    }

    private List<Closure> closures() {
        List<Closure> closures = new ArrayList<>();
        for (int i = 0; i < CLOSURES; i++) {
            List<Closure.Member> members = new ArrayList<>();
            for (int j = 0; j < PACKAGES; j++) {
                String name = "package-" + i + "-" + j;
                members.add(new Closure.Member(
                        PackageId.of(name, "1.2.3-" + i, "amd64"), Digest.ofText(name), layer(name)));
            }
            closures.add(new Closure(members));
        }
        return closures;
    }

    private LayerId layer(String name) {
        Manifest manifest = Manifest.of(List.of(ManifestEntry.directory(name, 0755, 0, 0, FileTime.EPOCH)));
        layers.put(manifest.id(), manifest.canonicalBytes());
        return manifest.id();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
