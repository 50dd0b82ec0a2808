package org.cloister.repo.log;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.repo.RepoServices;
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

    private final int rounds;
    private final int size;
    private final long[] versions = new long[STREAMS];
    private long commands;

    private EventsBench(int rounds, int size) {
        this.rounds = rounds;
        this.size = size;
    }

    /** @param arguments rounds (5) and commands a round (20000), both optional */
    public static void main(String[] arguments) throws Exception {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        int size = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20_000;
        new EventsBench(rounds, size).run();
        System.exit(0);
    }

    private void run() throws Exception {
        System.out.println(Machine.describe());
        try (PostgresDatabase ours = RepoServices.database();
                PostgresDatabase bare = RepoServices.database();
                PostgresEventStore store = PostgresEventStore.open(ours, Clock.systemUTC())) {
            BareInsert insert = new BareInsert(ours, bare);
            compare("1 event each", store, insert, size, 1);
            compare("10 events each", store, insert, size / 4, 10);
            read(store);
        }
    }

    private void compare(String each, PostgresEventStore store, BareInsert insert, int count, int events)
            throws Exception {
        append(store, count / 4, events);
        insert.copyUpTo(store.head(), IN_FLIGHT * events);
        double[] sequenced = new double[rounds];
        double[] inserted = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            sequenced[i] = append(store, count, events);
            inserted[i] = insert.copyUpTo(store.head(), IN_FLIGHT * events);
        }
        String label = "commands of " + each + ", " + IN_FLIGHT + " in flight";
        String rows = "bare insert of " + IN_FLIGHT * events + " rows a transaction";
        print(label, "sequencer", median(sequenced) / events, "commands/s", null, "");
        print(label, "sequencer", median(sequenced), "events/s", median(sequenced) / median(inserted), rows);
        print(label, rows, median(inserted), "events/s", null, "");
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

    private void read(EventStore store) {
        double[] speeds = new double[rounds];
        for (int i = 0; i < rounds + 1; i++) {
            long start = System.nanoTime();
            long events = 0;
            Position after = Position.NONE;
            for (List<RecordedEvent> page = store.readAll(after, EventStore.MAX_READ);
                    !page.isEmpty();
                    page = store.readAll(after, EventStore.MAX_READ)) {
                events += page.size();
                after = page.get(page.size() - 1).position();
            }
            if (i > 0) {
                speeds[i - 1] = perSecond(events, start);
            }
        }
        print("read back " + store.head() + " events", "event store", median(speeds), "events/s", null, "");
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
                "\"value\":" + Math.round(value),
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
