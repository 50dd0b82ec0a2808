package org.cloister.repo;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.cloister.repo.kafka.EmbeddedKafka;
import org.cloister.repo.kafka.KafkaRelay;
import org.cloister.repo.kafka.RelayStatus;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.postgres.PostgresDatabase;
import org.jspecify.annotations.Nullable;

/** Kafka and the relay to it, which come up while the repository answers already. Thread-safe. */
final class Carrier {
    private volatile @Nullable String bootstrapServers;
    private volatile @Nullable KafkaRelay relay;

    /**
     * Starts Kafka if it is embedded, and then the relay.
     *
     * @return completes when events are being carried, or at once if there is no Kafka
     */
    CompletableFuture<Void> start(
            RepoServerConfig config,
            StateDirectory state,
            Closing closing,
            PostgresDatabase database,
            EventStore store) {
        if (!config.hasKafka()) {
            return CompletableFuture.completedFuture(null);
        }
        return Threads.start("kafka-start", () -> {
            String servers = config.embedsKafka() ? embedded(config, state, closing) : config.kafka();
            relay = closing.add("relay", KafkaRelay.start(database, store, servers));
            bootstrapServers = servers;
            return null;
        });
    }

    private static String embedded(RepoServerConfig config, StateDirectory state, Closing closing) throws IOException {
        EmbeddedKafka kafka = closing.add("Kafka", EmbeddedKafka.start(state.kafka(), config.kafkaHost()));
        closing.add("Kafka's supervision", Supervision.of("Kafka", kafka::isAlive, kafka::restart));
        return kafka.bootstrapServers();
    }

    /** Empty until Kafka is there. */
    Optional<String> bootstrapServers() {
        return Optional.ofNullable(bootstrapServers);
    }

    /** Empty until Kafka is there. */
    Optional<RelayStatus> status() {
        KafkaRelay running = relay;
        return running == null ? Optional.empty() : Optional.of(running.status());
    }
}
