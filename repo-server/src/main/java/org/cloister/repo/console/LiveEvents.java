package org.cloister.repo.console;

import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.repo.console.model.EventSearch;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.http.RefusedException;
import org.cloister.repo.http.StreamFilter;
import org.cloister.repo.http.Tail;
import org.cloister.repo.http.Workers;
import org.cloister.repo.log.EventFilter;
import org.cloister.repo.log.EventStore;
import org.jspecify.annotations.Nullable;

/**
 * New events as server-sent events (HTML, section 9.2): each is an {@code entry} whose data is a row of the explorer's table and
 * whose id is its position. A client that doesn't take them in time gets the newest only.
 */
final class LiveEvents {
    /** Who listens holds a connection and is told of every event. */
    private static final int MAX_LISTENERS = 200;
    /** What is sent of a burst; a page that shows 200 rows needs no more. */
    private static final int BATCH = 50;
    /** Before proxies take a silent connection for dead. */
    private static final long HEARTBEAT_MILLIS = 15_000;

    private final EventStore store;
    private final Tail tail;
    private final Workers readers;
    private final EventRows rows;
    private final Renderer renderer;
    private final InstantSource clock;
    private final AtomicInteger listeners = new AtomicInteger();

    LiveEvents(EventStore store, Tail tail, Workers readers, EventRows rows, Renderer renderer, InstantSource clock) {
        this.store = store;
        this.tail = tail;
        this.readers = readers;
        this.rows = rows;
        this.renderer = renderer;
        this.clock = clock;
    }

    /**
     * On the request's event loop. Ends when the client hangs up or {@code open} no longer holds.
     *
     * @throws RefusedException if the search is malformed, or too many listen
     */
    void begin(RoutingContext context, Visit visit, BooleanSupplier open) {
        EventSearch search = EventPages.search(visit);
        EventFilter filter = EventPages.filter(search);
        StreamFilter streams = StreamFilter.parse(search.stream().isEmpty() ? null : search.stream());
        Position after = after(context.request().getHeader("Last-Event-ID"));
        if (listeners.incrementAndGet() > MAX_LISTENERS) {
            listeners.decrementAndGet();
            throw RefusedException.of(Rule.OVERLOADED, "too many pages are live", "load the page again later");
        }
        new Listener(context, filter, streams, open, after).begin();
    }

    private Position after(@Nullable String lastId) {
        Position head = store.head();
        if (lastId == null || !lastId.matches("[0-9]{1,18}")) {
            return head;
        }
        long last = Long.parseLong(lastId);
        return last > head.value() ? head : new Position(last);
    }

    /** One connection. On its event loop only. */
    private final class Listener {
        private final Context context;
        private final HttpServerResponse response;
        private final EventFilter filter;
        private final StreamFilter streams;
        private final BooleanSupplier open;
        private Position after;
        private Tail.@Nullable Waiter waiter;
        private long heartbeat;
        private boolean reading;
        private boolean over;

        Listener(
                RoutingContext routing,
                EventFilter filter,
                StreamFilter streams,
                BooleanSupplier open,
                Position after) {
            this.context = routing.vertx().getOrCreateContext();
            this.response = routing.response();
            this.filter = filter;
            this.streams = streams;
            this.open = open;
            this.after = after;
        }

        void begin() {
            response.putHeader("Content-Type", "text/event-stream; charset=utf-8")
                    .putHeader("X-Accel-Buffering", "no")
                    .setChunked(true);
            response.closeHandler(gone -> end());
            response.exceptionHandler(gone -> end());
            heartbeat = context.owner().setPeriodic(HEARTBEAT_MILLIS, tick -> beat());
            write("retry: 2000\n\n");
            read();
        }

        private void beat() {
            if (open.getAsBoolean()) {
                write(":\n\n");
            } else {
                end();
                response.end().onFailure(gone -> {});
            }
        }

        private void read() {
            if (over || reading) {
                return;
            }
            reading = true;
            stopWaiting();
            Position from = after;
            Position head = store.head();
            readers.run(() -> text(from, head)).onComplete(done -> {
                reading = false;
                if (over) {
                    return;
                }
                after = head;
                if (done.failed()) {
                    end();
                    response.reset();
                    return;
                }
                write(done.result());
                if (response.writeQueueFull()) {
                    response.drainHandler(ready -> read());
                } else {
                    waiter = tail.await(head, streams, () -> context.runOnContext(woken -> read()));
                }
            });
        }

        private void write(String text) {
            if (!text.isEmpty() && !over) {
                response.write(text).onFailure(gone -> {});
            }
        }

        private void end() {
            if (over) {
                return;
            }
            over = true;
            listeners.decrementAndGet();
            context.owner().cancelTimer(heartbeat);
            stopWaiting();
        }

        private void stopWaiting() {
            if (waiter != null) {
                waiter.cancel();
                waiter = null;
            }
        }

        /** The newest of what was recorded between, oldest first. */
        private String text(Position from, Position head) {
            if (!head.isAfter(from)) {
                return "";
            }
            Instant now = clock.instant();
            List<RecordedEvent> newest = store.readNewest(filter, head.next(), BATCH).events().stream()
                    .filter(event -> event.position().isAfter(from))
                    .collect(Collectors.toList());
            Collections.reverse(newest);
            StringBuilder text = new StringBuilder();
            for (RecordedEvent event : newest) {
                String row = renderer.part(new Answer.Part("eventRow.jte", "event", rows.row(event, now)), null);
                text.append("id: ").append(event.position()).append("\nevent: entry\n");
                row.lines()
                        .filter(line -> !line.isBlank())
                        .forEach(line ->
                                text.append("data: ").append(line.strip()).append('\n'));
                text.append('\n');
            }
            return text.toString();
        }
    }
}
