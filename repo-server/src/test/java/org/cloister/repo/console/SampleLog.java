package org.cloister.repo.console;

import static org.cloister.repo.command.Repository.closure;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.Event;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.HostEnrolled;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.InstallationFailed;
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
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.log.Append;
import org.cloister.repo.log.AppendResult.Appended;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.log.SettableClock;
import org.jspecify.annotations.NullMarked;

/** Writes a past into a log, whatever the deciders would say of it: consoles show what is recorded. */
@NullMarked
final class SampleLog {
    private final EventStore store;
    private final SettableClock clock;
    private final Map<StreamId, Long> versions = new HashMap<>();
    private final Map<String, PackagePublished> published = new HashMap<>();
    private Instant now;

    SampleLog(EventStore store, SettableClock clock, Instant begin) {
        this.store = store;
        this.clock = clock;
        this.now = begin;
    }

    SampleLog later(Duration duration) {
        now = now.plus(duration);
        return this;
    }

    Position record(StreamId stream, String by, Event event) throws Exception {
        clock.set(now);
        String id = UUID.randomUUID().toString();
        long version = versions.merge(stream, 1L, Long::sum) - 1;
        Append append = new Append(
                new RequestId(id),
                new Principal(by),
                new CorrelationId(id),
                List.of(new Append.Part(stream, version, List.of(event))));
        return ((Appended) store.append(append).toCompletableFuture().get(30, TimeUnit.SECONDS)).last();
    }

    PackagePublished publish(String name, String version, String description) throws Exception {
        PackageId id = PackageId.of(name, version, "amd64");
        Digest artifact = Digest.ofText(id.toString());
        PackagePublished event = new PackagePublished(
                id,
                artifact,
                1_234_567,
                new LayerId(Digest.ofText("layer of " + artifact)),
                "Package: " + name + "\nVersion: " + version + "\nArchitecture: amd64\nMaintainer: A. Maintainer"
                        + " <a@example.org>\nHomepage: https://www.example.org/" + name + "\nDescription: "
                        + description + "\n",
                null);
        record(StreamId.ofPackage(name), "ci", event);
        published.put(name + " " + version, event);
        return event;
    }

    HostId enrol(int number, String name) throws Exception {
        HostId host = new HostId(String.format("h-%016x", number));
        record(StreamId.of(host), "ops", new HostEnrolled(host, name, "MCowBQYDK2VwAyEA"));
        return host;
    }

    Position ask(HostId host, String by, RootTarget... roots) throws Exception {
        return record(StreamId.of(host), by, new InstallRequested(List.of(roots)));
    }

    /** The package alone, or with others that it needs. */
    RootTarget target(String root, String name, String version, String... needed) {
        PackagePublished main = get(name + " " + version);
        List<Closure.Member> members = new ArrayList<>();
        for (String other : needed) {
            members.addAll(closure(get(other)).packages());
        }
        members.addAll(closure(main).packages());
        return new RootTarget(new RootName(root), main.id(), new Closure(members));
    }

    private PackagePublished get(String idText) {
        PackagePublished found = published.get(idText);
        if (found == null) {
            throw new IllegalArgumentException("not published: " + idText);
        }
        return found;
    }

    void succeed(HostId host, Position request, RootTarget... roots) throws Exception {
        List<RootOutcome> outcomes = List.of(roots).stream()
                .map(root -> new RootOutcome(
                        root.root(),
                        root.requested(),
                        root.closure().id(),
                        new LayerId(Digest.ofText("configured " + root.root()))))
                .toList();
        report(host, new InstallationSucceeded(request, outcomes, Digest.ofText("generation " + request), 840));
    }

    void fail(HostId host, Position request, String root, String step, String reason) throws Exception {
        report(host, new InstallationFailed(request, List.of(new RootName(root)), step, reason));
    }

    Position report(HostId host, HostEvent event) throws Exception {
        return record(StreamId.of(host), "host/" + host, event);
    }

    void install(HostId host, String by, RootTarget root) throws Exception {
        Position asked = ask(host, by, root);
        later(Duration.ofSeconds(2)).succeed(host, asked, root);
    }
}
