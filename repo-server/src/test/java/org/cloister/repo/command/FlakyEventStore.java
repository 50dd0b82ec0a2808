package org.cloister.repo.command;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.cloister.events.StreamId;
import org.cloister.repo.log.Append;
import org.cloister.repo.log.AppendResult;
import org.cloister.repo.log.DelegatingEventStore;
import org.cloister.repo.log.InMemoryEventStore;

/** A log whose database fails before or after it appended, and where somebody else is sometimes first. */
final class FlakyEventStore extends DelegatingEventStore {
    private final Random random;
    private volatile boolean calm;

    FlakyEventStore(Random random) {
        super(new InMemoryEventStore());
        this.random = random;
    }

    /** From now on nothing fails. */
    void calm() {
        calm = true;
    }

    @Override
    public CompletionStage<AppendResult> append(Append command) {
        int fate = calm ? 9 : random.nextInt(10);
        if (fate == 0) {
            return CompletableFuture.failedFuture(new IOException("the database is gone"));
        }
        if (fate == 1) {
            StreamId stream = command.parts().get(0).stream();
            return CompletableFuture.completedFuture(find(command.request())
                    .<AppendResult>map(repeated -> repeated)
                    .orElseGet(() -> new AppendResult.Conflict(stream, 0)));
        }
        CompletionStage<AppendResult> appended = super.append(command);
        return fate == 2
                ? CompletableFuture.failedFuture(new IOException("the answer of the database is lost"))
                : appended;
    }
}
