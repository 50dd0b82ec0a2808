package org.cloister.agent.image;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.InstallationFailed;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.RemovalCompleted;
import org.cloister.events.HostEvent.RemovalRequested;
import org.cloister.events.HostEvent.RollbackCompleted;
import org.cloister.events.HostEvent.RollbackRequested;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.LayerId;

/** Random histories of a host, as a repository and an agent would make them; the same for the same seed. */
final class Histories {
    private static final Digest ANY = Digest.ofText("generation");

    private final Random random;
    private final List<HostEvent> events = new ArrayList<>();
    private final List<Integer> open = new ArrayList<>();
    private final Set<RootName> names = new TreeSet<>();

    Histories(long seed) {
        this.random = new Random(seed);
    }

    static RootTarget target(String root, int version) {
        PackageId id = PackageId.of("p" + version, "1." + version, "amd64");
        LayerId layer = new LayerId(Digest.ofText("layer " + version));
        return new RootTarget(
                new RootName(root),
                id,
                new Closure(List.of(new Closure.Member(id, Digest.ofText("a" + version), layer))));
    }

    static RootOutcome outcome(RootTarget target) {
        return new RootOutcome(
                target.root(),
                target.requested(),
                target.closure().id(),
                new LayerId(Digest.ofText("configured " + target.closure().id())));
    }

    List<HostEvent> events(int length) {
        while (events.size() < length) {
            if (!open.isEmpty() && random.nextInt(3) > 0) {
                events.add(outcomeOf(open.remove(0)));
            } else {
                open.add(events.size());
                events.add(request());
            }
        }
        return events;
    }

    private HostEvent request() {
        RootName name = new RootName("r" + random.nextInt(5));
        names.add(name);
        List<RootTarget> targets = List.of(target(name.text(), random.nextInt(4)));
        return switch (random.nextInt(4)) {
            case 0 -> new RemovalRequested(List.of(name));
            case 1 -> new RollbackRequested(targets);
            default -> new InstallRequested(targets);
        };
    }

    private HostEvent outcomeOf(int index) {
        Position position = new Position(index + 1);
        HostEvent request = events.get(index);
        if (random.nextInt(5) == 0) {
            return new InstallationFailed(position, List.of(), "fetch", "bad luck");
        }
        if (request instanceof RemovalRequested removal) {
            return new RemovalCompleted(position, removal.roots(), ANY, true);
        }
        if (request instanceof RollbackRequested rollback) {
            return new RollbackCompleted(
                    position, rollback.roots().stream().map(Histories::outcome).toList(), ANY);
        }
        InstallRequested install = (InstallRequested) request;
        return new InstallationSucceeded(
                position, install.roots().stream().map(Histories::outcome).toList(), ANY, 1);
    }

    static HostImage replay(HostImage start, List<HostEvent> events, int from, int to) {
        HostImage image = start;
        for (int i = from; i < to; i++) {
            image = image.evolve(new Position(i + 1), events.get(i)).image();
        }
        return image;
    }

    Set<RootName> names() {
        return new HashSet<>(names);
    }
}
