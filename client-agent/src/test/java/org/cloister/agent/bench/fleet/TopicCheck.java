package org.cloister.agent.bench.fleet;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads {@code cloister.hosts} whole: every event of a host is there, each host's in the order of the log. */
final class TopicCheck {
    private static final String TOPIC = "cloister.hosts";
    private static final Duration LIMIT = Duration.ofSeconds(120);

    private TopicCheck() {}

    /** @param wanted positions of all events of hosts @return what is wrong; waits for what the relay has still to carry */
    static List<String> faults(String bootstrap, List<Long> wanted) {
        List<String> faults = new ArrayList<>();
        TreeSet<Long> missing = new TreeSet<>(wanted);
        Map<String, Long> newest = new HashMap<>();
        Map<String, Object> settings =
                Map.of("bootstrap.servers", bootstrap, "auto.offset.reset", "earliest", "enable.auto.commit", "false");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(TOPIC).stream()
                    .map(partition -> new TopicPartition(TOPIC, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long end = System.nanoTime() + LIMIT.toNanos();
            while (!missing.isEmpty() && System.nanoTime() - end < 0) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                    take(record, missing, newest, faults);
                }
            }
        }
        if (!missing.isEmpty()) {
            faults.add(missing.size() + " events of hosts aren't in Kafka, the first at position " + missing.first());
        }
        return faults;
    }

    /** The relay carries at least once: what comes again is no fault, what comes for the first time after a later one is. */
    private static void take(
            ConsumerRecord<byte[], byte[]> record,
            TreeSet<Long> missing,
            Map<String, Long> newest,
            List<String> faults) {
        String host = new String(record.key(), StandardCharsets.UTF_8);
        long position = Long.parseLong(
                new String(record.headers().lastHeader("position").value(), StandardCharsets.UTF_8));
        if (missing.remove(position) && position < newest.getOrDefault(host, 0L)) {
            faults.add(host + " has position " + position + " after " + newest.get(host) + " in Kafka");
        }
        newest.merge(host, position, Math::max);
    }
}
