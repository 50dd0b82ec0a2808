package org.cloister.repo.command;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;
import org.cloister.repo.log.Append;
import org.cloister.repo.log.AppendResult;
import org.cloister.repo.log.EventFilter;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.log.InMemoryEventStore;
import org.cloister.repo.log.NewestEvents;
import org.cloister.repo.log.StreamSelection;

/** A log whose database fails before or after it appended, and where somebody else is sometimes first. */
final class FlakyEventStore implements EventStore {
    private final InMemoryEventStore log = new InMemoryEventStore();
    private final Random random;
    private volatile boolean calm;

    FlakyEventStore(Random random) {
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
            return CompletableFuture.completedFuture(log.find(command.request())
                    .<AppendResult>map(repeated -> repeated)
                    .orElseGet(() -> new AppendResult.Conflict(stream, 0)));
        }
        CompletionStage<AppendResult> appended = log.append(command);
        return fate == 2
                ? CompletableFuture.failedFuture(new IOException("the answer of the database is lost"))
                : appended;
    }

    @Override
    public Optional<AppendResult.Repeated> find(RequestId request) {
        return log.find(request);
    }

    @Override
    public Position head() {
        return log.head();
    }

    @Override
    public List<RecordedEvent> readAll(Position after, int limit) {
        return log.readAll(after, limit);
    }

    @Override
    public List<RecordedEvent> readSelected(StreamSelection selection, Position after, int limit) {
        return log.readSelected(selection, after, limit);
    }

    @Override
    public List<RecordedEvent> readStream(StreamId stream, long afterVersion, int limit) {
        return log.readStream(stream, afterVersion, limit);
    }

    @Override
    public NewestEvents readNewest(EventFilter filter, Position before, int limit) {
        return log.readNewest(filter, before, limit);
    }

    @Override
    public long versionAt(StreamId stream, Position position) {
        return log.versionAt(stream, position);
    }

    @Override
    public Registration onAppended(Consumer<Position> listener) {
        return log.onAppended(listener);
    }
}
