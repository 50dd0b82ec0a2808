package org.cloister.repo.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Function;
import org.cloister.events.Position;
import org.cloister.events.Role;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.log.EventStore;
import org.jspecify.annotations.Nullable;

/** {@code /v1/events}: the log as lines, with a long poll at its end. */
final class EventEndpoints {
    private static final String UP_TO = "Cloister-Up-To";

    private final EventStore store;
    private final Tail tail;
    private final Workers workers;

    EventEndpoints(EventStore store, Tail tail, Workers workers) {
        this.store = store;
        this.tail = tail;
        this.workers = workers;
    }

    void register(Endpoints endpoints) {
        endpoints.on("readEvents", exchange -> {
            StreamFilter filter = filter(exchange);
            new Reading(
                            exchange,
                            filter,
                            new Position(exchange.query("after", 0)),
                            exchange.query("limit", Long.MAX_VALUE))
                    .start(exchange.query("wait", 0) * 1000);
        });
    }

    private static StreamFilter filter(Exchange exchange) {
        String text = exchange.query("stream");
        Function<String, StreamFilter> parse = StreamFilter::parse;
        StreamFilter filter = text == null ? StreamFilter.ALL : Exchange.value(text, parse);
        var host = exchange.caller().host();
        if (host != null && !filter.isFor(host)) {
            throw RefusedException.of(
                    Rule.OTHER_HOST,
                    "the token speaks for the host " + host + " only, and reads its stream and those of closures",
                    "ask with stream=host:" + host + ",closure:");
        }
        return filter;
    }

    /** One request: reads, waits if there is nothing, reads again until there is something or the time is up. */
    private final class Reading {
        private final Exchange exchange;
        private final Context context;
        private final StreamFilter filter;
        private final long limit;
        private Position after;
        private boolean late;
        /** Nobody reads the answer: what waits for a worker isn't done. */
        private volatile boolean gone;

        private long timer = -1;
        private Tail.@Nullable Waiter waiter;

        Reading(Exchange exchange, StreamFilter filter, Position after, long limit) {
            this.exchange = exchange;
            this.context = exchange.context().vertx().getOrCreateContext();
            this.filter = filter;
            this.after = after;
            this.limit = limit;
        }

        void start(long waitMillis) {
            late = waitMillis == 0;
            if (!late) {
                timer = context.owner().setTimer(waitMillis, time -> timeIsUp());
            }
            exchange.context().response().closeHandler(closed -> hungUp());
            exchange.then(Future.fromCompletionStage(store.latest(), context), known -> read());
        }

        private void timeIsUp() {
            late = true;
            if (waiter != null) {
                stopWaiting();
                read();
            }
        }

        private void hungUp() {
            gone = true;
            context.owner().cancelTimer(timer);
            stopWaiting();
        }

        private void stopWaiting() {
            late = true;
            if (waiter != null) {
                waiter.cancel();
                waiter = null;
            }
        }

        private void read() {
            Position head = store.head();
            EventPages pages = new EventPages(
                    store, filter, after, head, limit, !exchange.caller().hasAny(Role.ADMINISTRATOR));
            exchange.then(
                    workers.run(() -> gone ? null : pages.next(workers.memory().piece())), first -> {
                        if (first != null || late) {
                            answer(pages, first, head);
                        } else {
                            after = after.isAfter(head) ? after : head;
                            waiter = tail.await(after, filter, () -> context.runOnContext(v -> woken()));
                        }
                    });
        }

        private void woken() {
            if (!late) {
                waiter = null;
                read();
            }
        }

        private void answer(EventPages pages, @Nullable Buffer first, Position head) {
            context.owner().cancelTimer(timer);
            if (gone) {
                return;
            }
            HttpServerResponse response = exchange.context().response();
            Position upTo = after.isAfter(head) ? after : head;
            response.putHeader("Content-Type", "application/x-ndjson")
                    .putHeader("Cache-Control", "no-store")
                    .putHeader(UP_TO, upTo.toString());
            if (first == null) {
                Replies.noteWrite(response.end());
                return;
            }
            ChunkPump.run(context, workers, pages, response, first);
        }
    }
}
