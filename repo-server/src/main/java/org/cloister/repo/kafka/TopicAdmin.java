package org.cloister.repo.kafka;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidMetadataException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.cloister.events.Position;

/** Makes, deletes and looks at the topics. Every method throws an {@link IOException} if Kafka can't be asked. */
final class TopicAdmin implements AutoCloseable {
    private static final List<String> NAMES =
            Arrays.stream(EventTopic.values()).map(EventTopic::topicName).toList();
    private static final int DELETION_POLLS = 300;
    private static final int CREATION_POLLS = 50;
    private static final long POLL_MILLIS = 100;
    private static final Duration READ_PATIENCE = Duration.ofSeconds(10);
    private static final Duration READ_POLL = Duration.ofMillis(200);

    private final String bootstrapServers;
    private final Admin admin;

    TopicAdmin(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        this.admin = Admin.create(Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "client.id",
                "cloister-relay-admin",
                "default.api.timeout.ms",
                10_000,
                "request.timeout.ms",
                5_000));
    }

    /** The topics as they are, made where they are missing. */
    TopicEnds ensure() throws IOException, InterruptedException {
        List<NewTopic> topics = new ArrayList<>();
        for (EventTopic topic : EventTopic.values()) {
            topics.add(new NewTopic(topic.topicName(), Optional.of(topic.partitions()), Optional.empty())
                    .configs(EventTopic.settings()));
        }
        for (KafkaFuture<Void> creation : admin.createTopics(topics).values().values()) {
            await(creation, TopicExistsException.class);
        }
        return endsOnceKnown();
    }

    /** A broker hears of a new topic a little later than the controller says that it is made. */
    private TopicEnds endsOnceKnown() throws IOException, InterruptedException {
        for (int i = 0; i < CREATION_POLLS; i++) {
            try {
                return ends();
            } catch (IOException e) {
                if (!(e.getCause() instanceof ExecutionException known
                        && known.getCause() instanceof InvalidMetadataException)) {
                    throw e;
                }
                Thread.sleep(POLL_MILLIS);
            }
        }
        return ends();
    }

    /** Deletes the topics with all that is in them; returns when they are gone. */
    void delete() throws IOException, InterruptedException {
        for (KafkaFuture<Void> deletion :
                admin.deleteTopics(NAMES).topicNameValues().values()) {
            await(deletion, UnknownTopicOrPartitionException.class);
        }
        for (int i = 0; i < DELETION_POLLS; i++) {
            if (get(admin.listTopics().names()).stream().noneMatch(NAMES::contains)) {
                return;
            }
            Thread.sleep(POLL_MILLIS);
        }
        throw new IOException("Kafka does not delete the topics " + NAMES);
    }

    private TopicEnds ends() throws IOException, InterruptedException {
        TreeMap<String, String> ids = new TreeMap<>();
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        for (TopicDescription topic :
                get(admin.describeTopics(NAMES).allTopicNames()).values()) {
            ids.put(topic.name(), topic.topicId().toString());
            topic.partitions()
                    .forEach(partition ->
                            wanted.put(new TopicPartition(topic.name(), partition.partition()), OffsetSpec.latest()));
        }
        TreeMap<String, Long> offsets = new TreeMap<>();
        get(admin.listOffsets(wanted).all())
                .forEach((partition, end) ->
                        offsets.put(TopicEnds.place(partition.topic(), partition.partition()), end.offset()));
        return new TopicEnds(ids, offsets);
    }

    /**
     * The positions of the last events before the given ends of partitions, {@link Position#NONE} for those that are empty.
     *
     * @param ends by {@code <topic>/<partition>}
     */
    Map<String, Position> lastPositions(Map<String, Long> ends) throws IOException {
        Map<String, Position> last = new HashMap<>();
        Map<TopicPartition, String> wanted = new HashMap<>();
        ends.forEach((place, end) -> {
            if (end == 0) {
                last.put(place, Position.NONE);
            } else {
                int slash = place.lastIndexOf('/');
                wanted.put(
                        new TopicPartition(place.substring(0, slash), Integer.parseInt(place.substring(slash + 1))),
                        place);
            }
        });
        if (!wanted.isEmpty()) {
            readLast(wanted, ends, last);
        }
        return last;
    }

    private void readLast(Map<TopicPartition, String> wanted, Map<String, Long> ends, Map<String, Position> last)
            throws IOException {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(wanted.keySet());
            wanted.forEach((partition, place) -> consumer.seek(partition, ends.getOrDefault(place, 0L) - 1));
            long until = System.nanoTime() + READ_PATIENCE.toNanos();
            while (last.size() < ends.size() && System.nanoTime() - until < 0) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(READ_POLL)) {
                    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                    last.putIfAbsent(wanted.getOrDefault(partition, ""), RelayRecord.position(record));
                    consumer.pause(List.of(partition));
                }
            }
        }
        if (last.size() < ends.size()) {
            throw new IOException("the last events of " + ends.keySet() + " can't be read");
        }
    }

    private <T> T get(KafkaFuture<T> future) throws IOException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    private void await(KafkaFuture<Void> future, Class<? extends Exception> expected)
            throws IOException, InterruptedException {
        try {
            future.get();
        } catch (ExecutionException e) {
            if (!expected.isInstance(e.getCause())) {
                throw failure(e);
            }
        }
    }

    private IOException failure(ExecutionException e) {
        return new IOException("Kafka at " + bootstrapServers + " can't be asked: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
