package org.cloister.repo.audit;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.cloister.events.AdvisoryEvent.AdvisoryImported;
import org.cloister.events.AdvisoryEvent.Affected;
import org.cloister.events.AdvisoryEvent.VersionSpan;
import org.cloister.events.AdvisoryId;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;
import org.cloister.events.UserEvent.IdKind;
import org.cloister.events.UserEvent.SystemUserRegistered;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.deb.DebianVersion;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.RepoServices;
import org.cloister.repo.advisory.AdvisoriesView;
import org.cloister.repo.advisory.Provenance;
import org.cloister.repo.log.Append;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.log.Machine;
import org.cloister.repo.log.PostgresEventStore;
import org.cloister.repo.log.SettableClock;
import org.cloister.repo.postgres.PostgresDatabase;
import org.cloister.repo.view.Views;

/**
 * {@code bin/bench audit}: a generated year of a fleet is appended to a real log; the views are rebuilt from it while others append and read;
 * then auditors ask. The questions are asked of {@link Audit} and the views, with all that they read of PostgreSQL; HTTP is left out.
 */
public final class AuditBench {
    private static final int QUESTIONS = 100;
    private static final long MIB = 1 << 20;
    private static final long PATIENCE_MINUTES = 60;
    /** Between two commands, and two reads, of those who use the repository while its views are rebuilt. */
    private static final long SERVING_MILLISECONDS = 5;

    private final Random random = new Random(7);
    private final SettableClock clock = new SettableClock(FleetYear.BEGIN);
    private final EventCodec codec = EventCodec.remembering(16L * 1024 * 1024);
    private final int hosts;
    private final int rounds;

    private AuditBench(int hosts, long events) {
        this.hosts = hosts;
        this.rounds = FleetYear.rounds(hosts, events);
    }

    /** @param arguments how many hosts (5000), and about how many events together (10000000) */
    public static void main(String[] arguments) throws Exception {
        int hosts = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5_000;
        long events = arguments.length > 1 ? Long.parseLong(arguments[1]) : 10_000_000;
        System.out.println(Machine.describe());
        new AuditBench(hosts, events).run();
        System.exit(0);
    }

    private void run() throws Exception {
        try (PostgresDatabase database = RepoServices.database();
                PostgresEventStore store = PostgresEventStore.open(database, clock)) {
            long start = System.nanoTime();
            new FleetYear(store, clock, hosts, rounds).append();
            print(
                    "\"case\":\"the year is appended\",\"hosts\":%d,\"events\":%d,\"eventsPerSecond\":%.0f",
                    hosts, store.head().value(), store.head().value() / seconds(start));
            long before = used();
            Views views = Views.of(store, codec);
            AuditViews past = AuditViews.addedTo(views);
            views.projection().add(new AdvisoriesView());
            rebuild(store, views);
            print("\"case\":\"all views of it in memory\",\"heapMiB\":%d", (used() - before) / MIB);
            Audit audit = new Audit(store, codec, past, new Provenance(views.catalog(), views.mirrors()));
            ask(store, views, past, audit);
            views.close();
        }
    }

    private void rebuild(EventStore store, Views views) throws InterruptedException {
        Position head = store.head();
        AtomicLong served = new AtomicLong();
        Thread serving = new Thread(() -> serve(store, served), "serving");
        serving.setDaemon(true);
        long start = System.nanoTime();
        serving.start();
        views.projection().start();
        views.projection()
                .reached(head)
                .toCompletableFuture()
                .orTimeout(PATIENCE_MINUTES, java.util.concurrent.TimeUnit.MINUTES)
                .join();
        double took = seconds(start);
        double projecting = processorSeconds("projection");
        double reading = processorSeconds("projection-reader");
        serving.interrupt();
        serving.join();
        print(
                "\"case\":\"the views are rebuilt while commands are carried out and hosts read\",\"events\":%d,"
                        + "\"eventsPerSecond\":%.0f,\"servedMeanwhilePerSecond\":%.0f",
                head.value(), head.value() / took, served.get() / took);
        print(
                "\"case\":\"the same by the processor time of the thread that took more\",\"applySeconds\":%.1f,"
                        + "\"readAndDecodeSeconds\":%.1f,\"eventsPerSecond\":%.0f",
                projecting, reading, head.value() / Math.max(projecting, reading));
    }

    /** What the thread of this name used so far: says what two idle processors would do, where others use them too. */
    private static double processorSeconds(String thread) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (ThreadInfo one : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (one != null && one.getThreadName().equals(thread)) {
                return threads.getThreadCpuTime(one.getThreadId()) / 1e9;
            }
        }
        return 0;
    }

    /** A command and a read of a host's newest events, again and again. */
    private static void serve(EventStore store, AtomicLong served) {
        Random hosts = new Random(1);
        try {
            for (int number = 0; !Thread.currentThread().isInterrupted(); number++) {
                store.append(new Append(
                                new RequestId("serve-" + number),
                                new Principal("alice"),
                                new CorrelationId("serving"),
                                List.of(new Append.Part(
                                        StreamId.users(),
                                        number,
                                        List.of(new SystemUserRegistered(IdKind.USER, "user" + number, number))))))
                        .toCompletableFuture()
                        .join();
                StreamId stream = StreamId.of(FleetYear.host(hosts.nextInt(100)));
                store.readStream(stream, Math.max(0, store.versionAt(stream, store.head()) - 10), 10);
                served.incrementAndGet();
                Thread.sleep(SERVING_MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ask(EventStore store, Views views, AuditViews past, Audit audit) {
        measure(
                "what was on a host at a time",
                () -> audit.hostAt(FleetYear.host(random.nextInt(hosts)), new Moment.At(anyTime()))
                        .map(snapshot -> snapshot.roots().size())
                        .orElse(0));
        measure(
                "what is on a host",
                () -> audit.hostAt(FleetYear.host(random.nextInt(hosts)), Moment.now())
                        .map(snapshot -> snapshot.roots().size())
                        .orElse(0));
        measure("which position a time is", () ->
                (int) audit.positionAt(new Moment.At(anyTime()), store.head()).value());
        measure(
                "who had one version of a library at a time",
                () -> audit.having(
                                new PackageName(FleetYear.library(random.nextInt(100))),
                                VersionRange.parse(new PackageName("x"), "= 1." + random.nextInt(200)),
                                anyPosition(audit, store))
                        .size());
        measure(
                "who had any version of a library that all have, at a time",
                () -> audit.having(
                                new PackageName(FleetYear.library(random.nextInt(100))),
                                VersionRange.ALL,
                                anyPosition(audit, store))
                        .size());
        measure(
                "who was exposed to an advisory, the whole fleet and year",
                () -> audit.exposure(List.of(advisory(random.nextInt(10))), store.head())
                        .size());
        measure(
                "the history of a host before a time, 100 entries",
                () -> history(
                        audit, store, new HistoryFilter(FleetYear.host(random.nextInt(hosts)), null, null, null)));
        measure(
                "the history of a package before a time, 100 entries",
                () -> history(
                        audit,
                        store,
                        new HistoryFilter(null, new PackageName("lib" + random.nextInt(2_000)), null, null)));
        measure(
                "what a person asked for before a time, 100 entries",
                () -> history(audit, store, new HistoryFilter(null, null, FleetYear.person(random.nextInt(40)), null)));
        measure(
                "everything about one correlation id",
                () -> audit.correlated(FleetYear.correlation(random.nextInt(rounds), random.nextInt(hosts)))
                        .size());
        measure(
                "the fleet now: hosts that are behind, waiting, damaged",
                () -> views.hosts().all().stream()
                        .mapToInt(entry -> HostCondition.of(entry.state()).open()
                                + OutdatedRoot.of(entry.state(), views.catalog())
                                        .size())
                        .sum());
        measure("what was served and not installed", () -> (int) views.hosts().all().stream()
                .mapToLong(entry -> Delivery.notInstalled(entry).size())
                .sum());
        measure(
                "what was on a host at a position, from columns alone",
                () -> past.installations()
                        .on(
                                FleetYear.host(random.nextInt(hosts)),
                                new Position(
                                        1 + random.nextInt((int) store.head().value())))
                        .size());
    }

    private int history(Audit audit, EventStore store, HistoryFilter filter) {
        return audit.newestFirst(filter, anyPosition(audit, store), 100)
                .entries()
                .size();
    }

    private Position anyPosition(Audit audit, EventStore store) {
        return audit.positionAt(new Moment.At(anyTime()), store.head());
    }

    private Instant anyTime() {
        return FleetYear.BEGIN.plus(Duration.ofSeconds((long) (random.nextDouble() * FleetYear.LENGTH.toSeconds())));
    }

    /** Everything before the middle of the year. */
    private static AdvisoryImported advisory(int library) {
        return new AdvisoryImported(
                new AdvisoryId("DSA-" + library),
                List.of(),
                "it leaks",
                null,
                List.of(new Affected(
                        "",
                        new PackageName("src" + library),
                        List.of(new VersionSpan(null, new DebianVersion("1.100"), null)),
                        List.of())),
                Digest.ofText("file"));
    }

    /** Answers something: how many rows. */
    private interface Question {
        int rows();
    }

    /** By the clock, and by the processor time of who asks, which says more where others use the processors too. */
    private static void measure(String name, Question question) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        double[] millis = new double[QUESTIONS];
        double[] processor = new double[QUESTIONS];
        long rows = 0;
        for (int i = -QUESTIONS / 10; i < QUESTIONS; i++) {
            long start = System.nanoTime();
            long used = threads.getCurrentThreadCpuTime();
            int found = question.rows();
            if (i >= 0) {
                millis[i] = (System.nanoTime() - start) / 1e6;
                processor[i] = (threads.getCurrentThreadCpuTime() - used) / 1e6;
                rows += found;
            }
        }
        Arrays.sort(millis);
        Arrays.sort(processor);
        print(
                "\"question\":\"%s\",\"rows\":%d,\"p50ms\":%.1f,\"p95ms\":%.1f,\"maxms\":%.1f,\"p95ProcessorMs\":%.1f",
                name,
                rows / QUESTIONS,
                millis[QUESTIONS / 2],
                millis[QUESTIONS * 95 / 100],
                millis[QUESTIONS - 1],
                processor[QUESTIONS * 95 / 100]);
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static void print(String form, Object... values) {
        System.out.println("{\"bench\":\"audit\"," + String.format(Locale.ROOT, form, values) + "}");
    }
}
