package org.cloister.repo.view;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import org.cloister.events.Position;

/** Those who wait for a position, at most as many as there are requests in flight. Thread-safe. */
final class Waiters {
    private record Waiter(Position wanted, CompletableFuture<Position> future) {}

    private final PriorityQueue<Waiter> queue = new PriorityQueue<>(Comparator.comparing(Waiter::wanted));
    private volatile long first = Long.MAX_VALUE;

    CompletableFuture<Position> add(Position wanted) {
        CompletableFuture<Position> future = new CompletableFuture<>();
        synchronized (queue) {
            queue.add(new Waiter(wanted, future));
            remember();
        }
        return future;
    }

    /** Costs one read of a field where nobody waits for {@code reached} or less. */
    void complete(Position reached) {
        if (reached.value() < first) {
            return;
        }
        List<Waiter> ready = new ArrayList<>();
        synchronized (queue) {
            while (!queue.isEmpty() && !queue.element().wanted().isAfter(reached)) {
                ready.add(queue.remove());
            }
            remember();
        }
        ready.forEach(waiter -> waiter.future().complete(reached));
    }

    void fail(Throwable reason) {
        List<Waiter> all;
        synchronized (queue) {
            all = new ArrayList<>(queue);
            queue.clear();
            remember();
        }
        all.forEach(waiter -> waiter.future().completeExceptionally(reason));
    }

    private void remember() {
        Waiter next = queue.peek();
        first = next == null ? Long.MAX_VALUE : next.wanted().value();
    }
}
