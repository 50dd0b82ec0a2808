package org.cloister.agent.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RootName;
import org.cloister.events.StreamId;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.codec.EventLineWriter;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.LayerId;

/** A long life of one host as lines of events in a file: requests and their outcomes, over fifty roots. */
final class Recording {
    private static final int ROOTS = 50;
    private static final Digest ANY = Digest.ofText("generation");

    private final List<Closure> closures;
    private final LayerId configured;
    private final EventCodec codec = new EventCodec();

    /** @param closures what is installed in turn; @param configured what every one of them is said to be configured with */
    Recording(List<Closure> closures, LayerId configured) {
        this.closures = closures;
        this.configured = configured;
    }

    /** A line for each event. */
    void write(Path file, HostId host, int events) throws IOException {
        EventLineWriter lines = new EventLineWriter();
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < events; i++) {
                out.write(lines.write(recorded(host, i)));
                out.write('\n');
            }
        }
    }

    RecordedEvent recorded(HostId host, int index) {
        EventCodec.Encoded encoded = codec.encode(event(index));
        return new RecordedEvent(
                new Position(index + 1L),
                StreamId.of(host),
                index + 1L,
                encoded.type(),
                encoded.schema(),
                Instant.ofEpochSecond(1_767_000_000L + index),
                new Principal("alice"),
                new CorrelationId("c-" + index / 2),
                encoded.payload());
    }

    /** Even ones ask, odd ones answer. */
    private HostEvent event(int index) {
        int request = index / 2;
        Closure closure = closures.get(request % closures.size());
        RootName root = new RootName("root-" + request % ROOTS);
        RootTarget target = new RootTarget(root, closure.packages().get(0).id(), closure);
        if (index % 2 == 0) {
            return new InstallRequested(List.of(target));
        }
        RootOutcome outcome = new RootOutcome(root, target.requested(), closure.id(), configured);
        return new InstallationSucceeded(new Position(index), List.of(outcome), ANY, 12);
    }
}
