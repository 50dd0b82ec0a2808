package org.cloister.repo.apt;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.cloister.events.Position;
import org.jspecify.annotations.Nullable;

/** What is published of one distribution, and who waits for more of it: at most as many as there are requests. Thread-safe. */
final class Published {
    private final List<Waiter> waiters = new ArrayList<>();
    private volatile @Nullable Publication current;
    private volatile @Nullable String failure;

    private record Waiter(Position wanted, CompletableFuture<Publication> future) {}

    @Nullable
    Publication current() {
        return current;
    }

    @Nullable
    String failure() {
        return failure;
    }

    CompletionStage<Publication> reached(Position wanted) {
        CompletableFuture<Publication> future = new CompletableFuture<>();
        synchronized (waiters) {
            Publication there = current;
            if (there == null || wanted.isAfter(there.position())) {
                waiters.add(new Waiter(wanted, future));
                return future;
            }
            future.complete(there);
        }
        return future;
    }

    void set(Publication publication) {
        List<Waiter> ready;
        synchronized (waiters) {
            current = publication;
            failure = null;
            ready = waiters.stream()
                    .filter(waiter -> !waiter.wanted().isAfter(publication.position()))
                    .toList();
            waiters.removeAll(ready);
        }
        ready.forEach(waiter -> waiter.future().complete(publication));
    }

    /** What was published before stays. */
    void failed(Exception reason) {
        failure = String.valueOf(reason.getMessage());
        end(reason);
    }

    void end(Exception reason) {
        List<Waiter> all;
        synchronized (waiters) {
            all = List.copyOf(waiters);
            waiters.clear();
        }
        all.forEach(waiter -> waiter.future().completeExceptionally(reason));
    }
}
