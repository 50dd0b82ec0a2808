package org.cloister.repo.log;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.cloister.events.Event;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;
import org.cloister.events.codec.EventCodec;

/** The log in memory: everything happens on the calling thread. For tests. */
public final class InMemoryEventStore implements EventStore {
    private final Clock clock;
    private final int page;
    private final EventCodec codec = new EventCodec();
    private final List<RecordedEvent> events = new ArrayList<>();
    private final Map<StreamId, Long> versions = new HashMap<>();
    private final Map<RequestId, AppendResult.Repeated> answers = new HashMap<>();
    private final List<Consumer<Position>> listeners = new CopyOnWriteArrayList<>();

    public InMemoryEventStore() {
        this(Clock.systemUTC());
    }

    public InMemoryEventStore(Clock clock) {
        this(clock, MAX_READ);
    }

    private InMemoryEventStore(Clock clock, int page) {
        this.clock = clock;
        this.page = page;
    }

    /** One whose events are so heavy that a read never returns more than {@code page} of them, whatever it is asked for. */
    public static InMemoryEventStore heavy(Clock clock, int page) {
        return new InMemoryEventStore(clock, page);
    }

    @Override
    public CompletionStage<AppendResult> append(Append command) {
        AppendResult result = appendNow(command);
        if (result instanceof AppendResult.Appended appended) {
            listeners.forEach(listener -> listener.accept(appended.last()));
        }
        return CompletableFuture.completedFuture(result);
    }

    private synchronized AppendResult appendNow(Append command) {
        AppendResult.Repeated before = answers.get(command.request());
        if (before != null) {
            return before;
        }
        for (Append.Part part : command.parts()) {
            long version = versions.getOrDefault(part.stream(), 0L);
            if (version != part.expectedVersion()) {
                return new AppendResult.Conflict(part.stream(), version);
            }
        }
        Position first = head().next();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        for (Append.Part part : command.parts()) {
            part.events().forEach(event -> record(command, part.stream(), event, now));
        }
        answers.put(command.request(), new AppendResult.Repeated(first, head()));
        return new AppendResult.Appended(first, head());
    }

    private void record(Append command, StreamId stream, Event event, Instant now) {
        EventCodec.Encoded encoded = codec.encode(event);
        events.add(new RecordedEvent(
                head().next(),
                stream,
                versions.merge(stream, 1L, Long::sum),
                encoded.type(),
                encoded.schema(),
                events.isEmpty() || now.isAfter(last().recordedAt()) ? now : last().recordedAt(),
                command.principal(),
                command.correlation(),
                encoded.payload()));
    }

    private RecordedEvent last() {
        return events.get(events.size() - 1);
    }

    @Override
    public synchronized Optional<AppendResult.Repeated> find(RequestId request) {
        return Optional.ofNullable(answers.get(request));
    }

    @Override
    public synchronized Position head() {
        return new Position(events.size());
    }

    @Override
    public synchronized List<RecordedEvent> readAll(Position after, int limit) {
        return events.stream().skip(after.value()).limit(Math.min(limit, page)).toList();
    }

    @Override
    public synchronized List<RecordedEvent> readSelected(StreamSelection selection, Position after, int limit) {
        return events.stream()
                .skip(after.value())
                .filter(event -> selection.includes(event.stream()))
                .limit(Math.min(limit, page))
                .toList();
    }

    @Override
    public synchronized List<RecordedEvent> readStream(StreamId stream, long afterVersion, int limit) {
        return events.stream()
                .filter(event -> event.stream().equals(stream) && event.version() > afterVersion)
                .limit(Math.min(limit, page))
                .toList();
    }

    @Override
    public synchronized NewestEvents readNewest(EventFilter filter, Position before, int limit) {
        List<RecordedEvent> found = new ArrayList<>();
        for (int i = (int) Math.min(events.size(), before.value() - 1); i > 0 && found.size() <= limit; i--) {
            if (filter.includes(events.get(i - 1))) {
                found.add(events.get(i - 1));
            }
        }
        boolean more = found.size() > limit;
        List<RecordedEvent> newest = more ? found.subList(0, limit) : found;
        return new NewestEvents(newest, more ? newest.get(limit - 1).position() : null);
    }

    @Override
    public synchronized long versionAt(StreamId stream, Position position) {
        return events.stream()
                .limit(position.value())
                .filter(event -> event.stream().equals(stream))
                .count();
    }

    @Override
    public Registration onAppended(Consumer<Position> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
