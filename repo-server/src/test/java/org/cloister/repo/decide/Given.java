package org.cloister.repo.decide;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.Event;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.HostEnrolled;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RootName;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.LayerId;

/** Words of the tests of rules. */
final class Given {
    static final HostId HOST = new HostId("h-0123456789abcdef");
    static final LayerId CONFIGURED = new LayerId(Digest.ofText("configured"));
    static final Digest GENERATION = Digest.ofText("generation");
    static final HostEnrolled ENROLLED = new HostEnrolled(HOST, "desk", "MCow");

    private Given() {}

    static Occurrence at(long position) {
        return new Occurrence(
                new Position(position),
                Instant.EPOCH.plusSeconds(position),
                new Principal("alice"),
                new CorrelationId("c-" + position));
    }

    /** The events of an enrolled host, at positions 2, 3, … */
    static HostState host(HostEvent... events) {
        HostState state = HostState.EMPTY.evolve(at(1), ENROLLED);
        for (int i = 0; i < events.length; i++) {
            state = state.evolve(at(2 + i), events[i]);
        }
        return state;
    }

    static RootTarget target(String root, String name, String version) {
        PackageId id = PackageId.of(name, version, "amd64");
        Digest artifact = Digest.ofText(id.toString());
        return new RootTarget(
                new RootName(root), id, new Closure(List.of(new Closure.Member(id, artifact, new LayerId(artifact)))));
    }

    static RootTarget target(String name, String version) {
        return target(name, name, version);
    }

    static RootName root(String name) {
        return new RootName(name);
    }

    static <E extends Event> List<E> accepted(Decision<E> decision) {
        assertThat(decision).isInstanceOf(Decision.Accepted.class);
        return ((Decision.Accepted<E>) decision).events();
    }

    static Rule refused(Decision<?> decision) {
        assertThat(decision).isInstanceOf(Decision.Refused.class);
        Refusal refusal = ((Decision.Refused<?>) decision).refusal();
        assertThat(refusal.detail()).isNotBlank();
        assertThat(refusal.remedy()).isNotBlank();
        return refusal.rule();
    }

    static void unchanged(Decision<?> decision) {
        assertThat(decision).isInstanceOf(Decision.Unchanged.class);
    }
}
