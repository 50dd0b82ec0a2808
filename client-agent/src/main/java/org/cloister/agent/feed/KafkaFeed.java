package org.cloister.agent.feed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;
import org.cloister.events.codec.EventLine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partition of {@code cloister.hosts} that carries this host, from an offset of its own keeping: no consumer group, so nothing
 * at the broker to lose. Records of other hosts are passed over by their key. The relay sends at least once: positions
 * already handed out are dropped.
 */
public final class KafkaFeed implements EventFeed {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaFeed.class);
    static final String TOPIC = "cloister.hosts";
    private static final String POSITION = "position";
    private static final String EPOCH = "epoch";
    private static final Duration PROBE = Duration.ofSeconds(5);
    private static final int MAX_POLL_RECORDS = 10_000;
    private static final int FETCH_BYTES = 8 << 20;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final byte[] key;
    private final String epoch;
    private Position after;
    private long lastOffset = -1;

    private KafkaFeed(
            KafkaConsumer<byte[], byte[]> consumer,
            TopicPartition partition,
            byte[] key,
            String epoch,
            Position after) {
        this.consumer = consumer;
        this.partition = partition;
        this.key = key;
        this.epoch = epoch;
        this.after = after;
    }

    /**
     * @param epoch of the repository; records of another one are a topic from before a restore, and no feed. Empty: any
     * @throws IOException if no broker answers in five seconds, its name means nothing here, or there is no such topic
     */
    public static KafkaFeed open(String bootstrap, HostId host, String epoch, Position after, String hint)
            throws IOException {
        KafkaConsumer<byte[], byte[]> consumer = consumer(bootstrap);
        try {
            byte[] key = StreamId.of(host).toString().getBytes(StandardCharsets.UTF_8);
            int partitions = consumer.partitionsFor(TOPIC, PROBE).size();
            if (partitions == 0) {
                throw new IOException("Kafka has no topic " + TOPIC);
            }
            // What the producer's default partitioner does with a key.
            int number = Utils.toPositive(Utils.murmur2(key)) % partitions;
            TopicPartition partition = new TopicPartition(TOPIC, number);
            consumer.assign(List.of(partition));
            KafkaFeed feed = new KafkaFeed(consumer, partition, key, epoch, after);
            feed.seek(hint);
            return feed;
        } catch (KafkaException e) {
            close(consumer);
            throw new IOException("Kafka at " + bootstrap + " doesn't answer: " + e.getMessage(), e);
        } catch (IOException e) {
            close(consumer);
            throw e;
        }
    }

    /** The constructor looks the brokers' names up already. */
    private static KafkaConsumer<byte[], byte[]> consumer(String bootstrap) throws IOException {
        try {
            return new KafkaConsumer<>(properties(bootstrap));
        } catch (KafkaException e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new IOException("Kafka at " + bootstrap + " can't be used: " + reason.getMessage(), e);
        }
    }

    private static Properties properties(String bootstrap) {
        Properties properties = new Properties();
        properties.putAll(Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                ByteArrayDeserializer.class.getName(),
                ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                ByteArrayDeserializer.class.getName(),
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                "false",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                MAX_POLL_RECORDS,
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                FETCH_BYTES,
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                250,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                "false"));
        return properties;
    }

    /** A hint is used only if the record there still has its position: a topic may have been built anew. */
    private void seek(String hint) {
        String[] parts = hint.split(":");
        if (parts.length == 3 && parts[0].equals(partition.toString()) && parts[1].matches("[0-9]{1,18}")) {
            long offset = Long.parseLong(parts[1]);
            consumer.seek(partition, offset);
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(PROBE).records(partition)) {
                if (record.offset() == offset && Long.toString(position(record)).equals(parts[2])) {
                    consumer.seek(partition, offset + 1);
                    lastOffset = offset;
                    return;
                }
                break;
            }
        }
        consumer.seekToBeginning(List.of(partition));
    }

    @Override
    public Batch poll(Duration wait) throws IOException, InterruptedException {
        try {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(wait);
            if (records.isEmpty()) {
                // An empty poll says nothing: ask for the end, which fails where no broker answers.
                long end = consumer.endOffsets(List.of(partition), PROBE).getOrDefault(partition, 0L);
                return new Batch(List.of(), after, consumer.position(partition, PROBE) < end);
            }
            List<RecordedEvent> events = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
                take(record, events);
            }
            boolean more = consumer.currentLag(partition).orElse(0) > 0;
            return new Batch(events, after, more);
        } catch (InterruptException e) {
            // The consumer's own kind of interruption, which has set the flag again.
            Thread.interrupted();
            throw new InterruptedException(e.getMessage());
        } catch (KafkaException | IllegalArgumentException e) {
            throw new IOException("Kafka's events can't be read: " + e.getMessage(), e);
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record, List<RecordedEvent> events) throws IOException {
        String recorded = text(record, EPOCH);
        if (!epoch.isEmpty() && !recorded.isEmpty() && !recorded.equals(epoch)) {
            throw new IOException("Kafka has events of epoch " + recorded + ", the repository is in epoch " + epoch);
        }
        lastOffset = record.offset();
        long position = position(record);
        if (position <= after.value()) {
            return;
        }
        if (Arrays.equals(record.key(), key)) {
            events.add(EventLine.parse(record.value()));
        }
        after = new Position(position);
    }

    private static long position(ConsumerRecord<byte[], byte[]> record) {
        String position = text(record, POSITION);
        if (position.isEmpty()) {
            throw new IllegalArgumentException("a record without a position at offset " + record.offset());
        }
        return Long.parseLong(position);
    }

    private static String text(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public String hint() {
        return lastOffset < 0 ? "" : partition + ":" + lastOffset + ":" + after;
    }

    @Override
    public void close() {
        close(consumer);
    }

    /** At once: there is no group to leave and nothing to commit. */
    private static void close(KafkaConsumer<byte[], byte[]> consumer) {
        boolean interrupted = Thread.interrupted();
        try {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
        } catch (KafkaException e) {
            LOG.debug("closing", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
