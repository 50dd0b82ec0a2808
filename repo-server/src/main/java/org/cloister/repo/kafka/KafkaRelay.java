package org.cloister.repo.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.KafkaException;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.postgres.PostgresDatabase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the log to Kafka: everything after the cursor, in order, at least once; then moves the cursor. One relay at a time works for a
 * database; others wait. Goes on by itself after any failure of PostgreSQL or Kafka.
 *
 * <p>Why a resend keeps the order: every run of sending is gap-free and begins at or before the cursor. So whatever an earlier run had
 * under way when it ended, the first occurrence of a position comes after the first occurrence of the one before it.
 */
public final class KafkaRelay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaRelay.class);
    private static final int PAGE = EventStore.MAX_READ;
    private static final long IDLE_MILLIS = 2_000;
    private static final long MIN_BACKOFF_MILLIS = 100;
    private static final long MAX_BACKOFF_MILLIS = 5_000;
    /** A page that isn't acknowledged for this long is trouble. */
    private static final long SLOW_PAGE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final PostgresDatabase database;
    private final EventStore store;
    private final String bootstrapServers;
    private final Semaphore appended = new Semaphore(0);
    private final EventStore.Registration registration;
    private final Thread thread = new Thread(this::run, "kafka-relay");
    private final AtomicReference<@Nullable Rebuild> rebuild = new AtomicReference<>();

    private volatile RelayCursor.Place place = new RelayCursor.Place(0, Position.NONE, TopicEnds.none());
    private volatile Optional<String> trouble = Optional.of("looking for where the topics end");
    private volatile long sendingSince;
    private volatile boolean closed;

    private record Rebuild(String reason, CompletableFuture<Long> epoch) {}

    private KafkaRelay(PostgresDatabase database, EventStore store, String bootstrapServers) {
        this.database = database;
        this.store = store;
        this.bootstrapServers = bootstrapServers;
        this.registration = store.onAppended(head -> appended.release());
        thread.setDaemon(true);
    }

    /** Starts a thread that relays until {@link #close}; neither Kafka nor PostgreSQL has to be there yet. */
    public static KafkaRelay start(PostgresDatabase database, EventStore store, String bootstrapServers) {
        KafkaRelay relay = new KafkaRelay(database, store, bootstrapServers);
        relay.thread.start();
        return relay;
    }

    public RelayStatus status() {
        RelayCursor.Place now = place;
        long since = sendingSince;
        boolean slow = since != 0 && System.nanoTime() - since > SLOW_PAGE_NANOS;
        Optional<String> reason =
                trouble.isEmpty() && slow ? Optional.of("Kafka at " + bootstrapServers + " does not answer") : trouble;
        return new RelayStatus(
                now.epoch(),
                now.position(),
                Math.max(0, store.head().value() - now.position().value()),
                reason);
    }

    /**
     * Deletes the topics and fills them again from the log, in a new epoch, which the result tells as soon as filling begins.
     *
     * @param reason for the record
     */
    public CompletionStage<Long> rebuild(String reason) {
        Rebuild wanted = new Rebuild(reason, new CompletableFuture<>());
        if (!rebuild.compareAndSet(null, wanted)) {
            wanted.epoch().completeExceptionally(new IOException("the topics are being rebuilt already"));
        }
        appended.release();
        return wanted.epoch();
    }

    private void run() {
        long backoff = MIN_BACKOFF_MILLIS;
        while (!closed) {
            Position before = place.position();
            try (TopicAdmin topics = new TopicAdmin(bootstrapServers);
                    RelayCursor cursor = RelayCursor.open(database, this::standBy)) {
                relay(cursor, topics);
            } catch (InterruptedException | org.apache.kafka.common.errors.InterruptException e) {
                if (!closed) {
                    LOG.warn("the relay was interrupted", e);
                }
            } catch (IOException | UncheckedIOException | KafkaException e) {
                backoff = place.position().equals(before)
                        ? Math.min(2 * backoff, MAX_BACKOFF_MILLIS)
                        : MIN_BACKOFF_MILLIS;
                LOG.warn("relaying failed; trying again in {} ms: {}", backoff, e.toString());
                trouble = Optional.of(String.valueOf(e.getMessage()));
                pause(backoff);
            }
        }
    }

    /** Another process relays; what it has done is told here, too. */
    private void standBy(RelayCursor.Place others) {
        place = others;
        trouble = Optional.empty();
    }

    private void relay(RelayCursor cursor, TopicAdmin topics) throws IOException, InterruptedException {
        place = new TopicResumption(cursor, topics).resume();
        trouble = Optional.empty();
        try (PageSender sender = new PageSender(bootstrapServers, place.epoch())) {
            while (!closed && rebuild.get() == null) {
                relayPage(cursor, sender);
            }
        } finally {
            sendingSince = 0;
        }
        Rebuild wanted = rebuild.get();
        if (wanted != null) {
            place = new TopicResumption(cursor, topics).rebuild(wanted.reason());
            rebuild.set(null);
            wanted.epoch().complete(place.epoch());
        }
    }

    private void relayPage(RelayCursor cursor, PageSender sender) throws IOException, InterruptedException {
        appended.drainPermits();
        List<RecordedEvent> page = store.readAll(place.position(), PAGE);
        if (page.isEmpty()) {
            if (!appended.tryAcquire(IDLE_MILLIS, TimeUnit.MILLISECONDS)) {
                cursor.check();
            }
            return;
        }
        sendingSince = System.nanoTime();
        Map<String, Long> ends = sender.send(page);
        sendingSince = 0;
        RelayCursor.Place next = new RelayCursor.Place(
                place.epoch(),
                page.get(page.size() - 1).position(),
                place.ends().with(ends));
        cursor.move(next);
        place = next;
    }

    private void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            if (!closed) {
                LOG.warn("the relay was interrupted", e);
            }
        }
    }

    /** Stops where it stands; what is not relayed yet is relayed after the next start. */
    @Override
    public void close() {
        closed = true;
        registration.close();
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
