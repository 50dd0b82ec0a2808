package org.cloister.repo.command;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.cloister.repo.view.Projection;

/** Waits until the views have everything that was acknowledged before, and goes on with the executor, where it may block. */
record CurrentViews(Projection projection, Executor executor) {
    <T> CompletionStage<T> then(Supplier<T> work) {
        return projection.current().thenApplyAsync(position -> work.get(), executor);
    }

    <T> CompletionStage<T> thenCompose(Supplier<CompletionStage<T>> work) {
        return projection.current().thenComposeAsync(position -> work.get(), executor);
    }
}
