package org.cloister.repo;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.cloister.events.CorrelationId;
import org.cloister.events.Event;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.codec.EventLine;
import org.cloister.repo.log.Append;
import org.cloister.repo.log.AppendResult;
import org.cloister.repo.log.PostgresEventStore;
import org.cloister.repo.postgres.EmbeddedPostgres;
import org.cloister.repo.postgres.PostgresDatabase;
import org.jspecify.annotations.Nullable;

/**
 * A real repository, with embedded PostgreSQL and Kafka, whose log begins with recorded events of one stream: {@code bin/bench
 * replay}. Prints its address, then ends with its standard input.
 */
public final class RecordedRepository {
    private static final int EVENTS_OF_A_COMMAND = 500;
    private static final int IN_FLIGHT = 8;

    private RecordedRepository() {}

    /** @param arguments an empty state directory, and a file with lines of events at the positions from 1 */
    public static void main(String[] arguments) throws Exception {
        Path state = Path.of(arguments[0]);
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(state.resolve("postgres"));
                PostgresDatabase database = PostgresDatabase.open(postgres.access());
                PostgresEventStore store = PostgresEventStore.open(database, Clock.systemUTC())) {
            append(store, Path.of(arguments[1]));
        }
        try (RunningRepository repository = new RunningRepository(state, "embedded")) {
            System.out.println(repository.address());
            while (System.in.read() >= 0) {
                // Whatever comes says that the other side is there.
            }
        }
        System.exit(0);
    }

    private static void append(PostgresEventStore store, Path recording) throws IOException, InterruptedException {
        Semaphore inFlight = new Semaphore(IN_FLIGHT);
        AtomicReference<@Nullable Object> failure = new AtomicReference<>();
        EventCodec codec = new EventCodec();
        try (BufferedReader lines = Files.newBufferedReader(recording)) {
            long version = 0;
            List<Event> events = new ArrayList<>();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                RecordedEvent recorded = EventLine.parse(line.getBytes(StandardCharsets.UTF_8));
                events.add(codec.decode(recorded));
                if (events.size() == EVENTS_OF_A_COMMAND || recorded.position().value() % EVENTS_OF_A_COMMAND == 0) {
                    inFlight.acquire();
                    var unused = store.append(command(recorded.stream(), version, events))
                            .whenComplete((result, exception) -> {
                                if (!(result instanceof AppendResult.Appended)) {
                                    failure.set(exception == null ? result : exception);
                                }
                                inFlight.release();
                            });
                    version += events.size();
                    events.clear();
                }
            }
        }
        inFlight.acquire(IN_FLIGHT);
        if (failure.get() != null) {
            throw new IllegalStateException("not appended: " + failure.get());
        }
    }

    private static Append command(StreamId stream, long version, List<Event> events) {
        return new Append(
                new RequestId("recorded-" + version),
                new Principal("bench"),
                new CorrelationId("bench"),
                List.of(new Append.Part(stream, version, events)));
    }
}
