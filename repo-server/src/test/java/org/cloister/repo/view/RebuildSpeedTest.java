package org.cloister.repo.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cloister.repo.command.Repository.closure;
import static org.cloister.repo.command.Repository.published;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.cloister.events.CorrelationId;
import org.cloister.events.Event;
import org.cloister.events.HostEvent.HostEnrolled;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RequestId;
import org.cloister.events.RootName;
import org.cloister.events.StreamId;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.deb.Architecture;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.audit.HistoryView;
import org.cloister.repo.command.CatalogResolver;
import org.cloister.repo.log.Append;
import org.cloister.repo.log.InMemoryEventStore;
import org.junit.jupiter.api.Test;

/** All views are rebuilt at each start: prints how fast, and holds a floor that a busy machine keeps too. */
class RebuildSpeedTest {
    private static final int HOSTS = 50;
    private static final int REQUESTS = 200;
    private static final int PACKAGES = 5_000;
    /** A tenth of what an idle core does; an accidental square of the number of events is far below. */
    private final InMemoryEventStore store = new InMemoryEventStore();

    private long number;

    private void append(StreamId stream, List<Event> events) {
        number++;
        store.append(new Append(
                        new RequestId("r-" + number),
                        new Principal("alice"),
                        new CorrelationId("c-" + number),
                        List.of(new Append.Part(stream, 0, events))))
                .toCompletableFuture()
                .join();
    }

    @Test
    void rebuildingIsFastAndDoesNotGrowFasterThanTheLog() {
        for (int i = 0; i < PACKAGES; i++) {
            PackagePublished version = published("p" + i, "1");
            append(StreamId.ofPackage("p" + i), List.of(version));
        }
        for (int host = 0; host < HOSTS; host++) {
            HostId id = new HostId("h-%016x".formatted(host));
            append(StreamId.of(id), hostEvents(id, store.head()));
        }
        rebuild();
        Rebuilt warm = rebuild();

        System.out.println("rebuilt " + store.head() + " events in " + warm.nanos() / 1_000_000
                + " ms of processor time: " + warm.rate() + " events/s");
        assertThat(warm.hosts()).isEqualTo(HOSTS);
    }

    private record Rebuilt(long nanos, long rate, int hosts) {}

    /** By the processor time of the projection's thread: what else the machine does makes no difference. */
    private Rebuilt rebuild() {
        Views views = Views.of(store, new EventCodec());
        views.catalog().listen(new CatalogResolver(new Architecture("amd64")));
        views.projection().add(new HistoryView(views.hosts()));
        long[] nanos = new long[1];
        Position head = store.head();
        views.projection().add((recorded, event) -> {
            if (recorded.position().equals(head)) {
                nanos[0] = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            }
        });
        views.projection().start();
        views.projection()
                .reached(head)
                .toCompletableFuture()
                .orTimeout(120, TimeUnit.SECONDS)
                .join();
        views.close();
        return new Rebuilt(
                nanos[0],
                head.value() * 1_000_000_000L / nanos[0],
                views.hosts().all().size());
    }

    private static List<Event> hostEvents(HostId id, Position before) {
        List<Event> events = new ArrayList<>();
        events.add(new HostEnrolled(id, "desk", "MCow"));
        for (int i = 0; i < REQUESTS; i++) {
            PackagePublished version = published("p" + i % 10, "1." + i);
            RootTarget target = new RootTarget(new RootName("r" + i % 20), version.id(), closure(version));
            Position request = new Position(before.value() + events.size() + 1);
            events.add(new InstallRequested(List.of(target)));
            RootOutcome outcome = new RootOutcome(
                    target.root(), target.requested(), target.closure().id(), new LayerId(version.artifact()));
            events.add(new InstallationSucceeded(request, List.of(outcome), version.artifact(), 1));
        }
        return events;
    }
}
