package org.cloister.repo.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.ServiceStarted;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;
import org.cloister.events.StreamId;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.ClosureId;
import org.cloister.events.layer.LayerId;

/**
 * A generated year of a fleet, fed to the view as a projection feeds it, and the questions about it. A quarter of the events report
 * the content of a root, from closures of 150 packages that change over the year; the others are what hosts report beside. Measures
 * the view alone: not the database, not HTTP.
 */
public final class AuditBench {
    private static final int CLOSURES = 4_000;
    private static final int MEMBERS = 150;
    private static final int SHARED = 2_000;
    private static final int ROOTS = 20;
    private static final int QUESTIONS = 100;
    private static final long YEAR_SECONDS = 365L * 24 * 3600;
    private static final long MIB = 1 << 20;

    private final Random random = new Random(20_26);
    private final List<Closure> closures = new ArrayList<>();
    private final List<ClosureId> ids = new ArrayList<>();
    private final Map<ClosureId, Closure> byId = new HashMap<>();
    private final InstallationsView view = new InstallationsView((host, request) -> new Principal("alice"), byId::get);
    private final int hosts;
    private final long events;

    private AuditBench(int hosts, long events) {
        this.hosts = hosts;
        this.events = events;
    }

    /** @param arguments how many hosts, and how many events together */
    public static void main(String[] arguments) {
        int hosts = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5_000;
        long events = arguments.length > 1 ? Long.parseLong(arguments[1]) : 10_000_000;
        new AuditBench(hosts, events).run();
    }

    private void run() {
        makeClosures();
        long before = used();
        long start = System.nanoTime();
        feed();
        double seconds = (System.nanoTime() - start) / 1e9;
        print(
                "\"hosts\":%d,\"events\":%d,\"contents\":%d,\"feedEventsPerSecond\":%.0f,\"viewMiB\":%d",
                hosts, events, view.size(), events / seconds, (used() - before) / MIB);
        List<PackageId> shared =
                closures.get(0).packages().stream().map(Closure.Member::id).toList();
        measure(
                "what was on a host at a position",
                () -> view.on(host(random.nextInt(hosts)), anywhere()).size());
        measure(
                "who had one version of a library, ever",
                () -> view.having(pick(shared)::equals, new Position(events)).size());
        measure("who had any version of a library at a position", () -> {
            String name = pick(shared).name().text();
            return view.having(id -> id.name().text().equals(name), anywhere()).size();
        });
    }

    private PackageId pick(List<PackageId> from) {
        return from.get(random.nextInt(from.size()));
    }

    private Position anywhere() {
        return new Position(1 + (long) (random.nextDouble() * events));
    }

    private static HostId host(int number) {
        return new HostId("h-%016x".formatted(number));
    }

    /** Each later closure has newer versions of some of its members. */
    private void makeClosures() {
        int[] versions = new int[SHARED];
        for (int i = 0; i < CLOSURES; i++) {
            versions[random.nextInt(SHARED)]++;
            List<Closure.Member> members = new ArrayList<>();
            for (int member = 0; member < MEMBERS; member++) {
                int name = member < MEMBERS / 3 ? member : random.nextInt(SHARED);
                PackageId id = PackageId.of("lib" + name + "x" + member, "1." + versions[name], "amd64");
                Digest artifact = Digest.ofText(id.toString());
                members.add(new Closure.Member(id, artifact, new LayerId(artifact)));
            }
            Closure closure = new Closure(members);
            closures.add(closure);
            ids.add(closure.id());
            byId.put(ids.get(i), closure);
        }
    }

    private void feed() {
        LayerId layer = new LayerId(Digest.ofText("configured"));
        ServiceName service = new ServiceName("nginx");
        for (long position = 1; position <= events; position++) {
            RootName root = new RootName("r" + random.nextInt(ROOTS));
            HostEvent event;
            if (position % 4 == 0) {
                int now = (int) (position * (CLOSURES - 100) / events) + random.nextInt(100);
                PackageId requested =
                        closures.get(now).packages().get(MEMBERS - 1).id();
                RootOutcome outcome = new RootOutcome(root, requested, ids.get(now), layer);
                event = new InstallationSucceeded(new Position(position - 1), List.of(outcome), layer.digest(), 1);
            } else {
                event = new ServiceStarted(root, service, 0);
            }
            view.apply(recorded(position), event);
        }
    }

    private RecordedEvent recorded(long position) {
        return new RecordedEvent(
                new Position(position),
                StreamId.of(host(random.nextInt(hosts))),
                position,
                "",
                1,
                Instant.EPOCH.plusSeconds(position * YEAR_SECONDS / events),
                new Principal("agent"),
                new CorrelationId("c"),
                "");
    }

    /** Answers something about the view: how many rows. */
    private interface Question {
        int rows();
    }

    private static void measure(String name, Question question) {
        double[] millis = new double[QUESTIONS];
        long rows = 0;
        for (int i = -QUESTIONS / 10; i < QUESTIONS; i++) {
            long start = System.nanoTime();
            int found = question.rows();
            if (i >= 0) {
                millis[i] = (System.nanoTime() - start) / 1e6;
                rows += found;
            }
        }
        Arrays.sort(millis);
        print(
                "\"question\":\"%s\",\"rows\":%d,\"p50ms\":%.1f,\"p95ms\":%.1f,\"maxms\":%.1f",
                name, rows / QUESTIONS, millis[QUESTIONS / 2], millis[QUESTIONS * 95 / 100], millis[QUESTIONS - 1]);
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static void print(String form, Object... values) {
        System.out.println("{" + String.format(Locale.ROOT, form, values) + "}");
    }
}
