package org.cloister.agent.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
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
import org.cloister.agent.fake.NoMount;
import org.cloister.agent.feed.EventFeed;
import org.cloister.agent.feed.HttpFeed;
import org.cloister.agent.feed.KafkaFeed;
import org.cloister.agent.follow.FeedOpener;
import org.cloister.agent.follow.FollowerListener;
import org.cloister.agent.follow.HostFollower;
import org.cloister.agent.follow.Preparation;
import org.cloister.agent.follow.RequestWork;
import org.cloister.agent.follow.Situation;
import org.cloister.agent.follow.Switchover;
import org.cloister.agent.image.HostImage;
import org.cloister.agent.remote.Repository;
import org.cloister.agent.report.HostKey;
import org.cloister.agent.report.Reports;
import org.cloister.agent.root.Confinement;
import org.cloister.agent.root.RootUser;
import org.cloister.agent.state.AgentDatabase;
import org.cloister.agent.store.DamageBook;
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
    private static final long CARRIED_POLL_MILLIS = 200;
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

    /** {@code COMMAND [EVENTS [ROUNDS]]}, where the command starts a repository with a recorded log. */
    public static void main(String[] arguments) throws Exception {
        int events = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000_000;
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
        Path temp = Files.createTempDirectory("cloister-replay");
        try {
            new ReplayBench(temp, events).run(arguments[0], rounds);
        } finally {
            delete(temp);
        }
        System.exit(0);
    }

    private void run(String command, int rounds) throws Exception {
        System.out.printf(
                Locale.ROOT,
                "{\"machine\":{\"processors\":%d,\"java\":\"%s\",\"kernel\":\"%s\",\"load\":%.2f}}%n",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version"),
                System.getProperty("os.version"),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        List<Closure> closures = closures();
        LayerId configured = layer("configured");
        host = HostKey.at(temp.resolve("key.pem")).host();
        Path recording = temp.resolve("recording");
        new Recording(closures, configured).write(recording, host, events);
        try (RepositoryProcess process =
                new RepositoryProcess(command, Files.createDirectory(temp.resolve("repo")), recording)) {
            Repository repository = process.repository();
            for (Map.Entry<LayerId, byte[]> layer : layers.entrySet()) {
                repository.putLayer(layer.getKey(), layer.getValue());
            }
            compare("http", rounds, (after, hint) -> new HttpFeed(repository, host, after), repository);
            String brokers = carried(repository);
            compare("kafka", rounds, (after, hint) -> kafka(brokers, after, hint), repository);
        }
    }

    private EventFeed kafka(String brokers, Position after, String hint) {
        try {
            return KafkaFeed.open(brokers, host, "", after, hint);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kafka's brokers, once the last event is with them. */
    private String carried(Repository repository) throws IOException, InterruptedException {
        String brokers = null;
        while (brokers == null) {
            brokers = repository.status().kafka();
            Thread.sleep(CARRIED_POLL_MILLIS);
        }
        String found = brokers;
        try (EventFeed feed = kafka(found, Position.NONE, "")) {
            EventFeed.Batch batch = feed.poll(Duration.ofSeconds(1));
            while (batch.upTo().value() < events) {
                batch = feed.poll(Duration.ofSeconds(1));
            }
        }
        return found;
    }

    private void compare(String way, int rounds, FeedOpener feeds, Repository repository) throws Exception {
        double[] bare = new double[rounds];
        double[] agent = new double[rounds];
        parse(feeds);
        replay(feeds, repository);
        for (int round = 0; round < rounds; round++) {
            bare[round] = rate(() -> parse(feeds));
            agent[round] = rate(() -> replay(feeds, repository));
        }
        Arrays.sort(bare);
        Arrays.sort(agent);
        double parsed = bare[rounds / 2];
        double replayed = agent[rounds / 2];
        print(way, "bare consumer", parsed, rounds, "");
        print(
                way,
                "agent",
                replayed,
                rounds,
                String.format(Locale.ROOT, ",\"ratio\":%.2f,\"to\":\"bare consumer\"", replayed / parsed));
    }

    private void print(String way, String subject, double value, int rounds, String more) {
        System.out.printf(
                Locale.ROOT,
                "{\"bench\":\"replay\",\"case\":\"%d events over"
                        + " %s\",\"subject\":\"%s\",\"value\":%.0f,\"unit\":\"events/s\",\"runs\":%d%s}%n",
                events,
                way,
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

    private void parse(FeedOpener feeds) throws IOException, InterruptedException {
        EventCodec codec = new EventCodec();
        int parsed = 0;
        try (EventFeed feed = feeds.open(Position.NONE, "")) {
            while (parsed < events) {
                for (RecordedEvent event : feed.poll(Duration.ofSeconds(1)).events()) {
                    codec.decode(event);
                    parsed++;
                }
            }
        }
    }

    private void replay(FeedOpener feeds, Repository repository) throws IOException, InterruptedException {
        Path state = Files.createTempDirectory(temp, "state");
        ObjectStore store = new ObjectStore(state);
        Generations generations = new Generations(state);
        LayerFetch fetch = new LayerFetch(store, repository, DamageBook.NONE);
        NoMount union = new NoMount();
        try (AgentDatabase database = AgentDatabase.open(state.resolve("agent.db"))) {
            ConfiguredLayers configured = new ConfiguredLayers(
                    store,
                    fetch,
                    repository,
                    database,
                    new ScratchRoots(generations, union),
                    RootUser.ofMachine(),
                    new Confinement(state.resolve("filter"), List.of()),
                    state.resolve("log"));
            RequestWork work = new RequestWork(
                    new Preparation(fetch, configured), new Switchover(generations, union), (now, next) -> {});
            Situation situation = new Situation();
            HostFollower follower = new HostFollower(
                    feeds,
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
        public void granted(HostImage image) {}

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
