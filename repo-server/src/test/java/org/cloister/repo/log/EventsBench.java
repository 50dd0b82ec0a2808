package org.cloister.repo.log;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;
import org.cloister.repo.RepoServices;
import org.cloister.repo.RunningRepository;
import org.cloister.repo.postgres.DatabaseAccess;
import org.cloister.repo.postgres.PostgresDatabase;
import org.jspecify.annotations.Nullable;

/**
 * {@code bin/bench events}: durable commands and events a second through the sequencer, beside a bare multi-row insert of the same rows, in
 * turns in one run; and events read back. Prints JSON lines with medians.
 */
final class EventsBench {
    private static final int IN_FLIGHT = 64;
    /** More than are in flight, so that no stream is waited for. */
    private static final int STREAMS = 1_000;
    /** Until the compiler of a new JVM is done with what is measured. */
    private static final int WARM_UP_ROUNDS = 3;

    private final int rounds;
    private final int size;
    private final long[] versions = new long[STREAMS];
    private long commands;

    private EventsBench(int rounds, int size) {
        this.rounds = rounds;
        this.size = size;
    }

    /** @param arguments rounds (7) and commands a round (20000), both optional */
    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 7;
        int size = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20_000;
        new EventsBench(rounds, size).run();
        System.exit(0);
    }

    private void run() throws Exception {
        System.out.println(Machine.describe());
        DatabaseAccess access = RepoServices.access();
        try (PostgresDatabase ours = PostgresDatabase.open(access)) {
            try (PostgresDatabase bareEvents = RepoServices.database();
                    PostgresDatabase bareRows = RepoServices.database();
                    PostgresEventStore store = PostgresEventStore.open(ours, Clock.systemUTC())) {
                Bare bare = new Bare(BareInsert.ofAllRows(ours, bareRows), BareInsert.ofEvents(ours, bareEvents));
                compare("1 event each", store, bare, size, 1);
                compare("10 events each", store, bare, size / 4, 10);
                readAll(store);
                readStream(store);
            }
        }
        readOverHttp(access);
    }

    private record Bare(BareInsert allRows, BareInsert events) {}

    private void compare(String each, PostgresEventStore store, Bare bare, int count, int events) throws Exception {
        int batch = IN_FLIGHT * events;
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            append(store, count, events);
            bare.allRows().copyUpTo(store.head(), batch);
            bare.events().copyUpTo(store.head(), batch);
        }
        double[] sequenced = new double[rounds];
        double[] allRows = new double[rounds];
        double[] eventRows = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            sequenced[i] = append(store, count, events);
            allRows[i] = bare.allRows().copyUpTo(store.head(), batch);
            eventRows[i] = bare.events().copyUpTo(store.head(), batch);
        }
        String label = "commands of " + each + ", " + IN_FLIGHT + " in flight";
        String all = "bare insert of the same rows, " + batch + " events a transaction";
        String some = "bare insert of the event rows only, " + batch + " a transaction";
        print(label, "sequencer", median(sequenced) / events, "commands/s", null, "");
        print(label, "sequencer", median(sequenced), "events/s", median(sequenced) / median(allRows), all);
        print(label, "sequencer", median(sequenced), "events/s", median(sequenced) / median(eventRows), some);
        print(label, all, median(allRows), "events/s", null, "");
        print(label, some, median(eventRows), "events/s", null, "");
    }

    /** Events a second. */
    private double append(EventStore store, int count, int events) throws Exception {
        Semaphore inFlight = new Semaphore(IN_FLIGHT);
        AtomicReference<@Nullable Object> failure = new AtomicReference<>();
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            int stream = (int) (commands++ % STREAMS);
            Append command = Samples.append("package:p" + stream, versions[stream], events);
            versions[stream] += events;
            inFlight.acquire();
            var unused = store.append(command).whenComplete((result, exception) -> {
                if (!(result instanceof AppendResult.Appended)) {
                    failure.set(exception == null ? result : exception);
                }
                inFlight.release();
            });
        }
        inFlight.acquire(IN_FLIGHT);
        if (failure.get() != null) {
            throw new IllegalStateException("not appended: " + failure.get());
        }
        return perSecond((long) count * events, start);
    }

    private void readAll(EventStore store) throws Exception {
        double speed = medianSpeed(() -> {
            long events = 0;
            Position after = Position.NONE;
            for (List<RecordedEvent> page = store.readAll(after, EventStore.MAX_READ);
                    !page.isEmpty();
                    page = store.readAll(after, EventStore.MAX_READ)) {
                events += page.size();
                after = page.get(page.size() - 1).position();
            }
            return events;
        });
        print("read back " + store.head() + " events", "event store", speed, "events/s", null, "");
    }

    /** One stream of many: what the others hold must cost nothing. */
    private void readStream(EventStore store) throws Exception {
        StreamSelection one = new StreamSelection(Set.of(), Set.of(StreamId.parse("package:p7")));
        long[] times = new long[rounds];
        int found = 0;
        for (int i = 0; i < rounds + 1; i++) {
            long start = System.nanoTime();
            found = store.readSelected(one, Position.NONE, EventStore.MAX_READ).size();
            times[Math.max(0, i - 1)] = System.nanoTime() - start;
        }
        Arrays.sort(times);
        String label = "read one stream of " + found + " among " + store.head() + " events";
        print(label, "event store", times[rounds / 2] / 1e6, "ms", null, "");
    }

    private void readOverHttp(DatabaseAccess access) throws Exception {
        Path state = RepoServices.directory("bench");
        try (RunningRepository repository = new RunningRepository(state, Optional.of(access), "none")) {
            long[] head = new long[1];
            double speed = medianSpeed(() -> {
                HttpResponse<InputStream> answer = repository.send(
                        repository.request("/v1/events").GET(), HttpResponse.BodyHandlers.ofInputStream());
                try (InputStream in = answer.body()) {
                    head[0] = lines(in);
                }
                return head[0];
            });
            print("read back " + head[0] + " events over HTTP", "GET /v1/events", speed, "events/s", null, "");
        }
    }

    private static long lines(InputStream in) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long lines = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            for (int i = 0; i < n; i++) {
                lines += buffer[i] == '\n' ? 1 : 0;
            }
        }
        return lines;
    }

    private interface Reading {
        /** How many events were read. */
        long run() throws Exception;
    }

    /** Events a second. */
    private double medianSpeed(Reading reading) throws Exception {
        double[] speeds = new double[rounds];
        reading.run();
        for (int i = 0; i < rounds; i++) {
            long start = System.nanoTime();
            speeds[i] = perSecond(reading.run(), start);
        }
        return median(speeds);
    }

    static double perSecond(long count, long startNanos) {
        return count * 1e9 / (System.nanoTime() - startNanos);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private void print(String label, String subject, double value, String unit, @Nullable Double ratio, String to) {
        List<String> fields = new ArrayList<>(List.of(
                text("bench", "events"),
                text("case", label),
                text("subject", subject),
                "\"value\":" + (value < 100 ? String.format(Locale.ROOT, "%.2f", value) : Math.round(value)),
                text("unit", unit),
                "\"runs\":" + rounds));
        if (ratio != null) {
            fields.add(String.format(Locale.ROOT, "\"ratio\":%.2f", ratio));
            fields.add(text("to", to));
        }
        System.out.println("{" + String.join(",", fields) + "}");
    }

    private static String text(String name, String value) {
        return "\"" + name + "\":\"" + value + "\"";
    }
}
