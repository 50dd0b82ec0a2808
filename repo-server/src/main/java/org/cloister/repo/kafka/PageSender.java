package org.cloister.repo.kafka;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.cloister.events.RecordedEvent;
import org.jspecify.annotations.Nullable;

/**
 * Sends pages of events in order, with the idempotent producer. Nothing ever expires in it: a record that expired would let a later one
 * overtake it. After an exception it is of no further use, and what it had under way may still arrive, in order. One thread.
 */
final class PageSender implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final long epoch;

    PageSender(String bootstrapServers, long epoch) {
        this.epoch = epoch;
        this.producer =
                new KafkaProducer<>(settings(bootstrapServers), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static Map<String, Object> settings(String bootstrapServers) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("client.id", "cloister-relay");
        settings.put("acks", "all");
        settings.put("enable.idempotence", true);
        settings.put("compression.type", "zstd");
        settings.put("linger.ms", 5);
        settings.put("batch.size", 256 * 1024);
        settings.put("buffer.memory", 2L * EventTopic.MAX_RECORD_BYTES);
        settings.put("max.request.size", EventTopic.MAX_RECORD_BYTES);
        settings.put("request.timeout.ms", 10_000);
        settings.put("delivery.timeout.ms", Integer.MAX_VALUE);
        settings.put("max.block.ms", 60_000);
        settings.put("reconnect.backoff.max.ms", 1_000);
        settings.put("metadata.max.age.ms", 30_000);
        return settings;
    }

    /**
     * Returns when all of them are acknowledged by all replicas, with the new ends of the partitions. Waits while Kafka is away.
     *
     * @throws IOException if one of them can't be sent
     * @throws KafkaException if the producer failed
     */
    Map<String, Long> send(List<RecordedEvent> page) throws IOException {
        Map<String, Long> ends = new HashMap<>();
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        for (RecordedEvent event : page) {
            var unused = producer.send(RelayRecord.of(event, epoch), (metadata, exception) -> {
                if (exception != null) {
                    failure.compareAndSet(null, exception);
                } else {
                    note(ends, metadata);
                }
            });
            if (failure.get() != null) {
                break;
            }
        }
        if (failure.get() == null) {
            producer.flush();
        }
        Exception failed = failure.get();
        if (failed != null) {
            throw new IOException("an event could not be sent", failed);
        }
        synchronized (ends) {
            return Map.copyOf(ends);
        }
    }

    private static void note(Map<String, Long> ends, RecordMetadata metadata) {
        synchronized (ends) {
            ends.merge(TopicEnds.place(metadata.topic(), metadata.partition()), metadata.offset() + 1, Math::max);
        }
    }

    /** Gives up what is under way. */
    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
