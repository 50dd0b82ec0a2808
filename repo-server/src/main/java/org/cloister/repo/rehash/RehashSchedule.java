package org.cloister.repo.rehash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.cloister.events.AuditEvent.Rehashed;
import org.cloister.events.CorrelationId;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;
import org.cloister.repo.command.Caller;
import org.cloister.repo.log.Append;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.turn.Turns;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hashes everything again once a day, counted over restarts, and records what was found. One thread. */
public final class RehashSchedule implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RehashSchedule.class);
    /** Between the end of one and the begin of the next. */
    static final Duration PERIOD = Duration.ofDays(1);
    /** A repository that was just started has other things to do. */
    private static final Duration SETTLING = Duration.ofMinutes(10);
    /** After a failure, such as a database that doesn't answer. */
    private static final Duration AGAIN = Duration.ofMinutes(30);
    /** Between two looks whether the process that hashes is done, or is no more. */
    private static final Duration BUSY = Duration.ofMinutes(1);

    private final Rehash rehash;
    private final RehashView view;
    private final EventStore store;
    private final InstantSource clock;
    private final Turns turns;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "rehash");

    private RehashSchedule(Rehash rehash, RehashView view, EventStore store, InstantSource clock, Turns turns) {
        this.turns = turns;
        this.rehash = rehash;
        this.view = view;
        this.store = store;
        this.clock = clock;
    }

    /**
     * @param view knows all that was recorded before
     * @param turns one process of several hashes; the others see what it recorded
     */
    public static RehashSchedule start(
            Rehash rehash, RehashView view, EventStore store, InstantSource clock, Turns turns) {
        RehashSchedule schedule = new RehashSchedule(rehash, view, store, clock, turns);
        schedule.thread.setDaemon(true);
        schedule.thread.start();
        return schedule;
    }

    private void run() {
        try {
            Duration pause = first();
            while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                pause = once();
            }
        } catch (InterruptedException e) {
            LOG.debug("ended");
        }
    }

    private Duration first() {
        Duration wait = untilDue();
        return wait.compareTo(SETTLING) > 0 ? wait : SETTLING;
    }

    /** Not positive where it is time. */
    private Duration untilDue() {
        RehashView.Last last = view.last();
        return last == null
                ? Duration.ZERO
                : Duration.between(clock.instant(), last.at().plus(PERIOD));
    }

    private Duration once() throws InterruptedException {
        try (Turns.Turn turn = turns.tryTake().orElse(null)) {
            if (turn == null) {
                return BUSY;
            }
            Duration wait = untilDue();
            if (!wait.isNegative() && !wait.isZero()) {
                return wait;
            }
            record(rehash.run());
            return PERIOD;
        } catch (IOException | UncheckedIOException | CompletionException e) {
            LOG.warn("not everything could be hashed again; trying again in {}", AGAIN, e);
            return AGAIN;
        }
    }

    /** Durable on return. Nobody else writes to this stream. */
    void record(Rehashed found) {
        if (found.damaged() > 0) {
            LOG.error("{} things are not what was stored, the first ones: {}", found.damaged(), found.first());
        }
        RehashView.Last last = view.last();
        RequestId id = new RequestId(UUID.randomUUID().toString());
        store.append(new Append(
                        id,
                        Caller.system().principal(),
                        new CorrelationId(id.text()),
                        List.of(new Append.Part(StreamId.audit(), last == null ? 0 : last.version(), List.of(found)))))
                .toCompletableFuture()
                .join();
    }

    @Override
    public void close() throws InterruptedException {
        closed.countDown();
        thread.interrupt();
        thread.join();
    }
}
