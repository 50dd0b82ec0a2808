package org.cloister.repo.log;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;

/** Another store with something changed. */
public abstract class DelegatingEventStore implements EventStore {
    private final EventStore store;

    protected DelegatingEventStore(EventStore store) {
        this.store = store;
    }

    @Override
    public CompletionStage<AppendResult> append(Append command) {
        return store.append(command);
    }

    @Override
    public Optional<AppendResult.Repeated> find(RequestId request) {
        return store.find(request);
    }

    @Override
    public Position head() {
        return store.head();
    }

    @Override
    public List<RecordedEvent> readAll(Position after, int limit) {
        return store.readAll(after, limit);
    }

    @Override
    public List<RecordedEvent> readSelected(StreamSelection selection, Position after, int limit) {
        return store.readSelected(selection, after, limit);
    }

    @Override
    public List<RecordedEvent> readStream(StreamId stream, long afterVersion, int limit) {
        return store.readStream(stream, afterVersion, limit);
    }

    @Override
    public NewestEvents readNewest(EventFilter filter, Position before, int limit) {
        return store.readNewest(filter, before, limit);
    }

    @Override
    public long versionAt(StreamId stream, Position position) {
        return store.versionAt(stream, position);
    }

    @Override
    public Registration onAppended(Consumer<Position> listener) {
        return store.onAppended(listener);
    }
}
