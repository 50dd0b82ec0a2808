package org.cloister.repo.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.cloister.events.RecordedEvent;
import org.cloister.events.codec.EventLine;

/** Reads everything that the topics hold, from the beginning. */
public final class TopicReader {
    private TopicReader() {}

    /** The events of each partition, in its order. */
    public static Map<String, List<RecordedEvent>> read(String bootstrapServers) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "auto.offset.reset", "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (EventTopic topic : EventTopic.values()) {
                consumer.partitionsFor(topic.topicName())
                        .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
            }
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Map<String, List<RecordedEvent>> events = new TreeMap<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    events.computeIfAbsent(record.topic() + "/" + record.partition(), any -> new ArrayList<>())
                            .add(EventLine.parse(record.value()));
                }
            }
            return events;
        }
    }

    /** The positions of each partition as a reader sees them that drops what it has seen. */
    public static Map<String, List<Long>> firstOccurrences(Map<String, List<RecordedEvent>> events) {
        Map<String, List<Long>> first = new HashMap<>();
        events.forEach((partition, list) -> {
            List<Long> positions = first.computeIfAbsent(partition, any -> new ArrayList<>());
            long seen = 0;
            for (RecordedEvent event : list) {
                if (event.position().value() > seen) {
                    seen = event.position().value();
                    positions.add(seen);
                }
            }
        });
        return first;
    }
}
