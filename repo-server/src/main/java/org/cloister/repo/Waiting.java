package org.cloister.repo;

import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Waits on the starting thread. */
final class Waiting {
    private Waiting() {}

    /** @throws IOException with the reason if the stage failed */
    static <T> T join(CompletionStage<T> stage) throws IOException {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw cause instanceof IOException failure ? failure : new IOException(cause.getMessage(), cause);
        }
    }
}
