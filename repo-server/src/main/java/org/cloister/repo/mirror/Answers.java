package org.cloister.repo.mirror;

import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Waits for the publisher. */
final class Answers {
    private Answers() {}

    /** @throws IOException if the stage failed: the log can't be reached */
    static Publisher.Answer await(CompletionStage<Publisher.Answer> stage) throws IOException {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new IOException("can't record it: " + e.getCause(), e);
        }
    }
}
