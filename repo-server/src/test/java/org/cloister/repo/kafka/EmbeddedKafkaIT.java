package org.cloister.repo.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.cloister.repo.Kill;
import org.cloister.repo.RepoServices;
import org.junit.jupiter.api.Test;

final class EmbeddedKafkaIT {
    private final Path directory;

    EmbeddedKafkaIT() throws IOException {
        directory = RepoServices.directory("embedded-kafka");
    }

    @Test
    void topicsSurviveAnOrderlyStopAndAKill() throws Exception {
        TopicEnds made;
        String address;
        try (EmbeddedKafka kafka = EmbeddedKafka.start(directory)) {
            address = kafka.bootstrapServers();
            made = ends(kafka);
            send(kafka);
        }
        try (EmbeddedKafka kafka = EmbeddedKafka.start(directory)) {
            assertThat(kafka.bootstrapServers()).isEqualTo(address);
            send(kafka);
            Kill.now(kafka.pid());
            kafka.restart();

            TopicEnds found = ends(kafka);
            assertThat(found.ids()).isEqualTo(made.ids());
            assertThat(found.offsets()).containsEntry("cloister.packages/0", 2L);
        }
    }

    private static TopicEnds ends(EmbeddedKafka kafka) throws Exception {
        try (TopicAdmin admin = new TopicAdmin(kafka.bootstrapServers())) {
            return admin.ensure();
        }
    }

    private static void send(EmbeddedKafka kafka) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(EventTopic.PACKAGES.topicName(), new byte[] {1}))
                    .get(60, TimeUnit.SECONDS);
        }
    }
}
