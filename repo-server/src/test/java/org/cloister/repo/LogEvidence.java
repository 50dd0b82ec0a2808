package org.cloister.repo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.cloister.events.HostEvent.HostEnrolled;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.codec.EventCodec;
import org.cloister.repo.kafka.EventTopic;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.log.LogAudit;
import org.cloister.repo.log.LogProofs;
import org.cloister.repo.postgres.PostgresDatabase;

/** What is left in the log and the topics after everything that was done to them. */
final class LogEvidence {
    private static final EventCodec CODEC = new EventCodec();

    private LogEvidence() {}

    static List<RecordedEvent> read(EventStore store) {
        List<RecordedEvent> log = new ArrayList<>();
        for (List<RecordedEvent> page = store.readAll(Position.NONE, EventStore.MAX_READ);
                !page.isEmpty();
                page = store.readAll(log.get(log.size() - 1).position(), EventStore.MAX_READ)) {
            log.addAll(page);
        }
        return log;
    }

    /** Of the hosts that were enrolled. */
    static List<String> names(List<RecordedEvent> log) {
        return log.stream()
                .map(CODEC::decode)
                .filter(HostEnrolled.class::isInstance)
                .map(event -> ((HostEnrolled) event).name())
                .toList();
    }

    /**
     * Nothing that was acknowledged is lost or there twice, positions have no gap, the topics have everything, and the tree is right.
     *
     * @return the log
     */
    static List<RecordedEvent> assertWhole(
            PostgresDatabase database,
            EventStore store,
            LogProofs proofs,
            Set<String> acknowledged,
            Map<String, List<Long>> relayed,
            long seed)
            throws IOException {
        List<RecordedEvent> log = read(store);
        assertThat(names(log)).as("seed %d", seed).containsAll(acknowledged).doesNotHaveDuplicates();
        assertThat(log.stream().map(event -> event.position().value()))
                .as("seed %d", seed)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, log.size()).boxed().toList());
        assertRelayed(log, relayed, "seed " + seed);
        assertThat(new LogAudit(database, proofs).verify(progress -> {})).isInstanceOf(LogAudit.Sound.class);
        return log;
    }

    /** A reader that drops what it has seen has every event: an event that came after a later one would be missing. */
    static void assertRelayed(List<RecordedEvent> log, Map<String, List<Long>> relayed, String run) {
        for (EventTopic topic : EventTopic.values()) {
            Set<Long> expected = log.stream()
                    .filter(event -> EventTopic.of(event.stream()) == topic)
                    .map(event -> event.position().value())
                    .collect(Collectors.toCollection(TreeSet::new));
            Set<Long> seen = new TreeSet<>();
            relayed.forEach((partition, positions) -> {
                if (partition.startsWith(topic.topicName() + "/")) {
                    seen.addAll(positions);
                }
            });
            assertThat(seen).as("%s, %s", topic, run).isEqualTo(expected);
        }
    }
}
