package org.cloister.repo;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.cloister.repo.kafka.EmbeddedKafka;
import org.cloister.repo.kafka.KafkaRelay;
import org.cloister.repo.kafka.RelayStatus;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.postgres.PostgresDatabase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kafka and the relay to it, which come up while the repository answers already. Thread-safe. */
final class Carrier {
    private static final Logger LOG = LoggerFactory.getLogger(Carrier.class);
    private static final long FIRST_PAUSE_MILLIS = 1_000;
    private static final long LAST_PAUSE_MILLIS = 30_000;

    private volatile @Nullable String bootstrapServers;
    private volatile @Nullable KafkaRelay relay;
    private volatile @Nullable String trouble;

    /**
     * Starts Kafka if it is embedded, as often as that takes, and then the relay.
     *
     * @param said hears, once, that Kafka doesn't start
     * @return completes when events are being carried, or at once if there is no Kafka
     */
    CompletableFuture<Void> start(
            RepoServerConfig config,
            StateDirectory state,
            Closing closing,
            PostgresDatabase database,
            EventStore store,
            Consumer<String> said) {
        if (!config.hasKafka()) {
            return CompletableFuture.completedFuture(null);
        }
        return Threads.start("kafka-start", () -> {
            String servers = config.embedsKafka() ? embedded(config, state, closing, said) : config.kafka();
            if (servers == null) {
                throw new CancellationException("stopped before Kafka started");
            }
            relay = closing.add("relay", KafkaRelay.start(database, store, servers));
            bootstrapServers = servers;
            return null;
        });
    }

    /** Null if this is closed before it starts. */
    private @Nullable String embedded(
            RepoServerConfig config, StateDirectory state, Closing closing, Consumer<String> said)
            throws InterruptedException {
        CountDownLatch closed = closing.add("Kafka's start", new Latch()).closed();
        long pause = FIRST_PAUSE_MILLIS;
        do {
            try {
                EmbeddedKafka kafka = closing.add("Kafka", EmbeddedKafka.start(state.kafka(), config.kafkaHost()));
                closing.add("Kafka's supervision", Supervision.of("Kafka", kafka::isAlive, kafka::restart));
                trouble = null;
                return kafka.bootstrapServers();
            } catch (IOException e) {
                LOG.warn("Kafka does not start; trying again in {} ms", pause, e);
                if (trouble == null) {
                    said.accept("Kafka does not start yet: " + e.getMessage()
                            + ". It is tried again; agents read the events over HTTP.");
                }
                trouble = "Kafka does not start, and is tried again: " + e.getMessage();
            }
            pause = Math.min(2 * pause, LAST_PAUSE_MILLIS);
        } while (!closed.await(pause, TimeUnit.MILLISECONDS));
        return null;
    }

    /** Tells the starting thread that nobody waits for it any more. */
    private record Latch(CountDownLatch closed) implements AutoCloseable {
        Latch() {
            this(new CountDownLatch(1));
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    /** What keeps an embedded Kafka from its first start; empty if nothing does. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
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
