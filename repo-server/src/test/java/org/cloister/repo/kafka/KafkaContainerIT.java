package org.cloister.repo.kafka;

import java.io.IOException;
import org.cloister.repo.RequiresImage;
import org.cloister.repo.log.PostgresContainerIT;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** The contract of the relay on the official image of Kafka, where an engine has it. */
@RequiresImage({KafkaContainerIT.IMAGE, PostgresContainerIT.IMAGE})
final class KafkaContainerIT extends KafkaRelayContract {
    static final String IMAGE = "apache/kafka:4.4.0";

    private static @Nullable KafkaContainer container;

    KafkaContainerIT() throws IOException {}

    @BeforeAll
    static void start() {
        KafkaContainer started =
                new KafkaContainer(DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("apache/kafka"));
        started.start();
        container = started;
    }

    @AfterAll
    static void stop() {
        if (container != null) {
            container.stop();
        }
    }

    @Override
    String bootstrapServers() {
        KafkaContainer running = container;
        if (running == null) {
            throw new IllegalStateException("the container runs before any test");
        }
        return running.getBootstrapServers();
    }
}
