package org.cloister.agent.follow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.cloister.agent.configure.ConfiguredLayers;
import org.cloister.agent.configure.ScratchRoots;
import org.cloister.agent.fake.FakeRepository;
import org.cloister.agent.fake.NoMount;
import org.cloister.agent.feed.EventFeed;
import org.cloister.agent.feed.HttpFeed;
import org.cloister.agent.image.HostImage;
import org.cloister.agent.remote.Connection;
import org.cloister.agent.remote.Repository;
import org.cloister.agent.report.HostKey;
import org.cloister.agent.report.ReportSender;
import org.cloister.agent.report.Reports;
import org.cloister.agent.root.Confinement;
import org.cloister.agent.root.RootUser;
import org.cloister.agent.state.AgentDatabase;
import org.cloister.agent.store.DamageBook;
import org.cloister.agent.store.Generations;
import org.cloister.agent.store.LayerFetch;
import org.cloister.agent.store.ObjectStore;
import org.cloister.events.HostId;
import org.cloister.events.RecordedEvent;

/** A host whose events are followed into a directory, without a mount. */
final class FollowedHost implements AutoCloseable {
    private static final Duration EPOCH_CHECK = Duration.ofMillis(50);

    final HostId host;
    final Situation situation = new Situation();
    final NoMount union = new NoMount();
    final Generations generations;

    private final AgentDatabase database;
    private final ReportSender sender;
    private final Thread thread;

    /** @param program what it takes an event for: a newer program knows more types */
    FollowedHost(Path state, FakeRepository server, UnaryOperator<RecordedEvent> program, boolean sends)
            throws IOException, InterruptedException {
        Files.createDirectories(state);
        HostKey key = HostKey.at(state.resolve("key.pem"));
        host = key.host();
        Repository repository = new Repository(new Connection(server.uri(), "t"));
        database = AgentDatabase.open(state.resolve("agent.db"));
        sender = new ReportSender(database, repository, host);
        generations = new Generations(state);
        HostFollower follower = new HostFollower(
                (after, hint) -> new Understood(new HttpFeed(repository, host, after), program),
                database,
                repository,
                work(state, repository),
                new Reports(key, host),
                situation,
                new Waking(sender),
                EPOCH_CHECK);
        follower.restore();
        if (sends) {
            sender.start();
        }
        thread = new Thread(follower, "host");
        thread.start();
    }

    private RequestWork work(Path state, Repository repository) throws IOException, InterruptedException {
        ObjectStore store = new ObjectStore(state);
        LayerFetch fetch = new LayerFetch(store, repository, DamageBook.NONE);
        ConfiguredLayers configured = new ConfiguredLayers(
                store,
                fetch,
                repository,
                database,
                new ScratchRoots(generations, union),
                RootUser.ofMachine(),
                new Confinement(state.resolve("filter"), List.of()),
                state.resolve("log"));
        return new RequestWork(
                new Preparation(fetch, configured), new Switchover(generations, union), (now, next) -> {});
    }

    /** The roots that are on disk for the next start, by name. */
    List<String> roots() throws IOException {
        return generations
                .current()
                .map(generation -> generation.roots().stream()
                        .map(root -> root.name().text())
                        .toList())
                .orElse(List.of());
    }

    int queuedReports() throws IOException {
        return database.reports();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        // An interruption is lost while an answer's body is read (JDK-8294047).
        while (thread.isAlive()) {
            thread.interrupt();
            thread.join(100);
        }
        sender.close();
        database.close();
    }

    private record Waking(ReportSender sender) implements FollowerListener {
        @Override
        public void switched(HostImage image) {}

        @Override
        public void granted(HostImage image) {}

        @Override
        public void reported() {
            sender.wake();
        }
    }

    private record Understood(EventFeed feed, UnaryOperator<RecordedEvent> program) implements EventFeed {
        @Override
        public Batch poll(Duration wait) throws IOException, InterruptedException {
            // A second is a moment for people and enough for a long poll.
            Batch batch = feed.poll(wait.compareTo(Duration.ofSeconds(1)) > 0 ? Duration.ofSeconds(1) : wait);
            List<RecordedEvent> events = new ArrayList<>(batch.events());
            events.replaceAll(program);
            return new Batch(events, batch.upTo(), batch.more());
        }

        @Override
        public String name() {
            return feed.name();
        }

        @Override
        public String hint() {
            return feed.hint();
        }

        @Override
        public void close() {
            feed.close();
        }
    }
}
