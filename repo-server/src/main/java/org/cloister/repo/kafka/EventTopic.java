package org.cloister.repo.kafka;

import java.util.Map;
import org.cloister.events.StreamId;

/** The topics that carry the log, named in {@code docs/protocol.md}. */
public enum EventTopic {
    /** What every host needs, in one order. */
    PACKAGES("cloister.packages", 1),
    /** What concerns one host, keyed by its stream. */
    HOSTS("cloister.hosts", 8);

    /** The largest payload with its envelope, whatever its characters weigh. */
    static final int MAX_RECORD_BYTES = 64 * 1024 * 1024;

    private final String topicName;
    private final int partitions;

    EventTopic(String topicName, int partitions) {
        this.topicName = topicName;
        this.partitions = partitions;
    }

    public String topicName() {
        return topicName;
    }

    public int partitions() {
        return partitions;
    }

    /** The topic that carries the events of a stream. */
    public static EventTopic of(StreamId stream) {
        return switch (stream.kind()) {
            case HOST -> HOSTS;
            case PACKAGE, MIRROR, CLOSURE, ACCESS, USER, DISTRIBUTION, ADVISORY, AUDIT, POOL, TRUST -> PACKAGES;
        };
    }

    /** Everything is kept for ever, in the order of the log. */
    static Map<String, String> settings() {
        return Map.of(
                "retention.ms", "-1",
                "retention.bytes", "-1",
                "cleanup.policy", "delete",
                "message.timestamp.type", "LogAppendTime",
                "max.message.bytes", Integer.toString(MAX_RECORD_BYTES));
    }
}
