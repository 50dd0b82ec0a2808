package org.cloister.repo.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cloister.repo.command.Repository.accepted;
import static org.cloister.repo.command.Repository.refused;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;
import org.cloister.events.HoldName;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PoolEvent.HoldPlaced;
import org.cloister.events.PoolEvent.HoldTarget;
import org.cloister.events.RootName;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.RepoServices;
import org.cloister.repo.command.Keys;
import org.cloister.repo.command.Outcome;
import org.cloister.repo.command.Repository;
import org.cloister.repo.command.Wanted;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.pool.PoolScrub;
import org.cloister.repo.postgres.DatabaseAccess;
import org.cloister.repo.retention.Reason.Why;
import org.cloister.repo.retention.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Content goes from a real pool by a real log, while others use both. */
class CollectionIT {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final HoldName HOLD = new HoldName("case-7");

    @TempDir
    private Path directory = Path.of("");

    private final DatabaseAccess access = RepoServices.access();

    /** What is decided, by digest. */
    private static Map<Digest, Verdict> explain(CollectingRepository repository) throws IOException {
        Map<Digest, Verdict> verdicts = new ConcurrentHashMap<>();
        repository.collector.explain(Duration.ZERO, new CollectionListener() {
            @Override
            public void judged(Verdict verdict) {
                verdicts.put(verdict.thing().digest(), verdict);
            }

            @Override
            public void collected(long things, long bytes) {}

            @Override
            public boolean stillWanted() {
                return true;
            }
        });
        return verdicts;
    }

    private static Why why(Map<Digest, Verdict> verdicts, Digest digest) {
        Verdict verdict = verdicts.get(digest);
        if (verdict == null) {
            throw new AssertionError("nothing is decided of " + digest);
        }
        return verdict.reasons().get(0).why();
    }

    private static void install(CollectingRepository repository, HostId host, KeyPair key, String version) {
        Wanted wanted = Repository.wanted("a", version, "a");
        var asked = accepted(repository.commands.install(repository.request(), host, List.of(wanted), true));
        RootTarget target = asked.answer().get(0);
        RootOutcome outcome = new RootOutcome(
                new RootName("a"), target.requested(), target.closure().id(), new LayerId(Digest.ofText("configured")));
        InstallationSucceeded success =
                new InstallationSucceeded(asked.last(), List.of(outcome), Digest.ofText("generation"), 1);
        try (Repository signer = new Repository()) {
            accepted(repository.commands.report(repository.request(), host, signer.report(host, key, success)));
        }
    }

    @Test
    void whatNoHostNoStateAndNoHoldNeedsGoesAndIsRemembered() throws Exception {
        try (CollectingRepository repository = new CollectingRepository(directory, access)) {
            byte[] first = CollectingRepository.deb("a", "1", "shared");
            PackagePublished one = repository.publish(first);
            PackagePublished two = repository.publish(CollectingRepository.deb("a", "2", "shared"));
            PackagePublished three = repository.publish(CollectingRepository.deb("a", "3", "shared"));
            KeyPair key = Keys.generate();
            HostId host = repository.enrol("desk", key);
            install(repository, host, key, "1");
            install(repository, host, key, "2");
            assertThat(why(explain(repository), one.artifact())).isEqualTo(Why.PUBLISHED);

            repository.yank(one.id());
            repository.current();
            assertThat(why(explain(repository), one.artifact())).isEqualTo(Why.RETAINED);
            repository.retain(0, 1);
            assertThat(why(explain(repository), one.layer().digest())).isEqualTo(Why.ROLLBACK);
            assertThat(repository.collect().collected()).isZero();

            install(repository, host, key, "3");
            repository.yank(two.id());
            repository.current();
            Map<Digest, Verdict> verdicts = explain(repository);
            assertThat(why(verdicts, two.artifact())).isEqualTo(Why.ROLLBACK);
            assertThat(why(verdicts, three.artifact())).isEqualTo(Why.PUBLISHED);
            assertThat(why(verdicts, one.artifact())).isEqualTo(Why.YANKED);

            HoldPlaced hold =
                    new HoldPlaced(HOLD, new HoldTarget(one.id().name(), null, null, null, null), "a court asked");
            accepted(repository.commands.hold(repository.request(), hold));
            repository.current();
            assertThat(why(explain(repository), one.artifact())).isEqualTo(Why.HOLD);
            assertThat(repository.collect().collected()).isZero();
            accepted(repository.commands.releaseHold(repository.request(), HOLD, "closed"));

            Collection done = repository.collect();
            assertThat(done.collected())
                    .as("artifact, layer, and objects of its own")
                    .isGreaterThanOrEqualTo(3);
            assertThat(repository.has(ContentKind.ARTIFACT, one.artifact())).isFalse();
            assertThat(repository.has(ContentKind.LAYER, one.layer().digest())).isFalse();
            assertThat(repository.missing(two)).isEmpty();
            assertThat(repository.missing(three)).isEmpty();
            assertThat(repository.torn()).isEmpty();
            assertThat(repository.collected.find(ContentKind.ARTIFACT, one.artifact()))
                    .satisfies(went -> assertThat(went).isNotNull());
            assertThat(repository.collected.find(ContentKind.ARTIFACT, two.artifact()))
                    .isNull();
            assertThat(repository.collect().collected()).as("once more").isZero();

            comesBack(repository, first, one, host);
        }
    }

    private static void comesBack(CollectingRepository repository, byte[] deb, PackagePublished one, HostId host)
            throws Exception {
        assertThat(refused(repository.commands.restore(repository.request(), one.id(), "fine")))
                .isEqualTo(Rule.CONTENT_COLLECTED);
        accepted(repository.commands.rollback(repository.request(), host, List.of(new RootName("a"))));
        assertThat(refused(repository.commands.rollback(repository.request(), host, List.of(new RootName("a")))))
                .isEqualTo(Rule.CONTENT_COLLECTED);
        repository.publish(deb);
        accepted(repository.commands.restore(repository.request(), one.id(), "fine"));
        repository.current();
        assertThat(repository.collect().collected()).isZero();
        assertThat(repository.missing(one)).isEmpty();
    }

    @Test
    void whatWasNamedOnlyWhileItWasCondemnedStays() throws Exception {
        try (CollectingRepository repository = new CollectingRepository(directory, access)) {
            repository.retain(0, 0);
            PackagePublished one = repository.publish(CollectingRepository.deb("a", "1", "shared"));
            PackagePublished two = repository.publish(CollectingRepository.deb("a", "2", "shared"));
            repository.yank(one.id());
            repository.yank(two.id());
            assertThat(repository.collect(HOUR).condemned())
                    .as("they only just came")
                    .isZero();
            repository.age(Duration.ofHours(2));
            Collection condemned = repository.collect(HOUR);
            assertThat(condemned.collected()).as("their grace begins").isZero();
            assertThat(condemned.condemned()).isGreaterThanOrEqualTo(6);
            assertThat(repository.missing(one)).isEmpty();
            assertThat(repository.collect(HOUR).condemned()).as("once more").isEqualTo(condemned.condemned());

            accepted(repository.commands.restore(repository.request(), one.id(), "fine"));
            assertThat(repository.collect().collected()).isGreaterThanOrEqualTo(3);
            assertThat(repository.missing(one)).isEmpty();
            assertThat(repository.has(ContentKind.ARTIFACT, two.artifact())).isFalse();
        }
    }

    @Test
    void nothingThatWasAcknowledgedIsMissingWhileCollectionsRun() throws Exception {
        try (CollectingRepository repository = new CollectingRepository(directory, access)) {
            repository.retain(0, 0);
            AtomicBoolean ended = new AtomicBoolean();
            AtomicInteger runs = new AtomicInteger();
            AtomicInteger went = new AtomicInteger();
            ExecutorService threads = Executors.newFixedThreadPool(4);
            try {
                Future<?> collecting = threads.submit((Callable<Boolean>) () -> {
                    while (!ended.get()) {
                        went.addAndGet((int) repository.collect().collected());
                        runs.incrementAndGet();
                    }
                    return true;
                });
                List<Future<List<PackagePublished>>> publishing = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    String name = "p" + i;
                    publishing.add(threads.submit(() -> publishAndYank(repository, name)));
                }
                List<PackagePublished> stay = new ArrayList<>();
                for (Future<List<PackagePublished>> each : publishing) {
                    stay.addAll(each.get(5, TimeUnit.MINUTES));
                }
                ended.set(true);
                collecting.get(1, TimeUnit.MINUTES);
                System.out.println("CollectionIT: " + runs + " collections took " + went + " things beside "
                        + 3 * ROUNDS + " publications");
                assertThat(runs.get()).isGreaterThan(3);
                assertThat(went.get()).isPositive();
                repository.current();
                repository.collect();
                for (PackagePublished event : stay) {
                    assertThat(repository.missing(event)).isEmpty();
                }
                assertThat(repository.torn()).isEmpty();
                assertThat(repository.content().get(ContentKind.LAYER))
                        .as("and nothing else stays")
                        .isEqualTo(Set.copyOf(stay.stream()
                                .map(event -> event.layer().digest())
                                .toList()));
                damaged(repository);
            } finally {
                ended.set(true);
                threads.shutdownNow();
            }
        }
    }

    private static final int ROUNDS = 40;

    /** Each version shares an object with those before and of others, which come and go with their yanks. */
    private static List<PackagePublished> publishAndYank(CollectingRepository repository, String name)
            throws Exception {
        List<PackagePublished> stay = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            byte[] deb = CollectingRepository.deb(name, "1." + i, "shared by some " + i % 4);
            PackagePublished event = repository.publish(deb);
            assertThat(repository.missing(event))
                    .as("right after it was acknowledged")
                    .isEmpty();
            if (i % 5 == 0) {
                stay.add(event);
            } else {
                repository.yank(event.id());
            }
            if (i % 10 == 3) {
                republish(repository, deb, event, stay);
            }
            for (PackagePublished kept : stay) {
                assertThat(repository.missing(kept)).isEmpty();
            }
        }
        return stay;
    }

    /** It may have gone meanwhile; published again and restored, it is there. */
    private static void republish(
            CollectingRepository repository, byte[] deb, PackagePublished event, List<PackagePublished> stay)
            throws Exception {
        for (int attempt = 0; attempt < 50; attempt++) {
            repository.publish(deb);
            Outcome<?> outcome =
                    Repository.await(repository.commands.restore(repository.request(), event.id(), "fine"));
            if (!(outcome instanceof Outcome.Refused<?>)) {
                assertThat(repository.missing(event))
                        .as("right after it was restored")
                        .isEmpty();
                stay.add(event);
                return;
            }
        }
        throw new AssertionError("it was collected fifty times between two commands");
    }

    private static void damaged(CollectingRepository repository) throws Exception {
        new PoolScrub(repository.directory, bytes -> {}).run(new PoolScrub.Listener() {
            @Override
            public void whole(long bytes) {}

            @Override
            public void damaged(String path, long bytes, String reason) {
                throw new AssertionError(path + " is damaged: " + reason);
            }
        });
    }

    /** The first append of the collector ends as told; all others pass. */
    private static EventStore failing(EventStore store, AtomicReference<String> fate) {
        return (EventStore) Proxy.newProxyInstance(
                EventStore.class.getClassLoader(), new Class<?>[] {EventStore.class}, (proxy, method, arguments) -> {
                    String now = method.getName().equals("append") ? fate.getAndSet("") : "";
                    if (now.equals("lost")) {
                        return CompletableFuture.failedFuture(new IOException("the database is gone"));
                    }
                    try {
                        Object answer = method.invoke(store, arguments);
                        if (now.equals("unanswered")) {
                            ((CompletableFuture<?>)
                                            ((java.util.concurrent.CompletionStage<?>) answer).toCompletableFuture())
                                    .join();
                            return CompletableFuture.failedFuture(new IOException("the answer is lost"));
                        }
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void whatCannotBeRecordedComesBackAndALostAnswerIsFound() throws Exception {
        AtomicReference<String> fate = new AtomicReference<>("");
        try (CollectingRepository repository =
                new CollectingRepository(directory, access, store -> failing(store, fate))) {
            repository.retain(0, 0);
            PackagePublished one = repository.publish(CollectingRepository.deb("a", "1", "shared"));
            repository.yank(one.id());
            fate.set("lost");
            assertThatThrownBy(repository::collect)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("recorded");
            assertThat(repository.missing(one)).isEmpty();
            assertThat(repository.retention.state().records()).isEmpty();

            fate.set("unanswered");
            assertThat(repository.collect().collected()).isPositive();
            assertThat(repository.has(ContentKind.ARTIFACT, one.artifact())).isFalse();
            assertThat(repository.retention.state().records()).isNotEmpty();
        }
        try (CollectingRepository again = new CollectingRepository(directory, access)) {
            again.current();
            assertThat(again.torn()).isEmpty();
            assertThat(again.collect().collected()).isZero();
        }
    }
}
