package org.cloister.repo.collect;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.cloister.events.ContentKind;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.PoolEvent.ContentCollected;
import org.cloister.events.PoolEvent.RetentionChanged;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;
import org.cloister.repo.log.Append;
import org.cloister.repo.log.AppendResult;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.pool.Pool;
import org.cloister.repo.pool.PoolGarbage;
import org.cloister.repo.pool.PutResult;
import org.cloister.repo.retention.Stored;

/** Takes content away in batches, each moved aside, recorded and then deleted. One thread at a time. */
final class Removals {
    /** Its record is 150 kB, and holds wait for a batch, which takes less than a second. */
    static final int BATCH = 2_000;
    /** Holds that are placed meanwhile; more is a hot stream. */
    private static final int MAX_ATTEMPTS = 10;

    private final Pool pool;
    private final RetentionView retention;
    private final EventStore store;
    private final Current views;

    /** Waits for the views. */
    interface Current {
        void await() throws IOException;
    }

    /** @param before what was condemned then may go */
    record Order(Principal by, CorrelationId correlation, Instant before) {}

    /** What went, and the position of the last event that says so. */
    record Sum(long things, long bytes, long position) {
        Sum plus(Sum other) {
            return new Sum(things + other.things, bytes + other.bytes, Math.max(position, other.position));
        }
    }

    Removals(Pool pool, RetentionView retention, EventStore store, Current views) {
        this.pool = pool;
        this.retention = retention;
        this.store = store;
        this.views = views;
    }

    Sum run(Order order, List<Stored> due, CollectionListener listener) throws IOException {
        Sum sum = new Sum(0, 0, 0);
        for (int from = 0; from < due.size() && listener.stillWanted(); from += BATCH) {
            sum = sum.plus(batch(order, due.subList(from, Math.min(due.size(), from + BATCH))));
            listener.collected(sum.things(), sum.bytes());
        }
        return sum;
    }

    private Sum batch(Order order, List<Stored> due) throws IOException {
        RequestId id = new RequestId("collection-" + UUID.randomUUID());
        try (PoolGarbage.Removal removal = pool.garbage().remove(id, order.before())) {
            List<Stored> gone = new ArrayList<>();
            for (Stored thing : due) {
                if (removal.take(thing.kind(), thing.digest())) {
                    gone.add(thing);
                }
            }
            if (gone.isEmpty()) {
                removal.finish();
                return new Sum(0, 0, 0);
            }
            removal.settle();
            Position recorded = record(id, order, gone);
            removal.finish();
            // The next batch's version, and who asks for what went.
            views.await();
            return new Sum(gone.size(), gone.stream().mapToLong(Stored::size).sum(), recorded.value());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for another removal", e);
        }
    }

    private Position record(RequestId id, Order order, List<Stored> gone) throws IOException {
        byte[] manifest = CollectionManifest.write(gone);
        Digest digest = Digest.of(manifest);
        if (pool.putObject(digest, new ByteArrayInputStream(manifest)) instanceof PutResult.Refused refused) {
            throw new IOException("the record of a collection can't be kept: " + refused.detail());
        }
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            RetentionView.Seen seen = retention.seen();
            RetentionChanged rules = seen.state().rules().retention();
            ContentCollected event = new ContentCollected(
                    digest,
                    count(gone, ContentKind.ARTIFACT),
                    count(gone, ContentKind.LAYER),
                    count(gone, ContentKind.OBJECT),
                    gone.stream().mapToLong(Stored::size).sum(),
                    rules.days(),
                    rules.rollbacks(),
                    order.before());
            AppendResult result = append(new Append(
                    id,
                    order.by(),
                    order.correlation(),
                    List.of(new Append.Part(StreamId.pool(), seen.version(), List.of(event)))));
            if (result instanceof AppendResult.Appended appended) {
                return appended.last();
            }
            views.await();
        }
        throw new IOException("the record of a collection lost " + MAX_ATTEMPTS + " races; nothing of it went");
    }

    private AppendResult append(Append command) throws IOException {
        try {
            return store.append(command).toCompletableFuture().join();
        } catch (CompletionException e) {
            // Its answer may be lost, and not the event.
            var recorded = store.find(command.request());
            if (recorded.isPresent()) {
                return new AppendResult.Appended(
                        recorded.get().first(), recorded.get().last());
            }
            throw new IOException("a collection can't be recorded: " + e.getCause(), e);
        }
    }

    private static int count(List<Stored> gone, ContentKind kind) {
        return (int) gone.stream().filter(thing -> thing.kind() == kind).count();
    }
}
