package org.cloister.agent.bench.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.cloister.agent.image.HostImage;
import org.cloister.agent.image.PendingRequest;
import org.cloister.agent.remote.HttpDate;
import org.cloister.agent.remote.RetryPauses;
import org.cloister.agent.report.HostKey;
import org.cloister.agent.report.Reports;
import org.cloister.agent.state.QueuedReport;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.RemovalCompleted;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.codec.EventLine;

/**
 * An agent without a machine: enrols, follows its stream with a long poll, fetches the layers and objects of what it is asked to have,
 * checks them, and reports signed outcomes from a queue, each after the answer to the one before. It waits and tries again as the agent
 * does. Two connections, as an agent has. All of it on one event loop.
 */
final class SimulatedHost {
    /** As the agent's follower. */
    private static final Duration WAIT = Duration.ofSeconds(25);

    private static final Duration SHORT = Duration.ofSeconds(30);
    private static final int UNAUTHORIZED = 401;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERRORS = 500;

    private final Context context;
    private final String name;
    private final HostKey key;
    private final Duration clockAhead;
    private final Link feed;
    private final Link work;
    private final Troubles troubles;
    private final FleetListener listener;
    private final RetryPauses feedPauses = RetryPauses.ofFollower();
    private final RetryPauses reportPauses = RetryPauses.ofReports();
    private final EventCodec codec = new EventCodec();

    private String token = "";
    private HostImage image = HostImage.EMPTY;
    private Position heard = Position.NONE;
    private long version;
    private final SimulatedStore store;
    private final Deque<QueuedReport> reports = new ArrayDeque<>();
    private final Map<String, Position> requestOf = new HashMap<>();
    private long sequence;
    private boolean sending;
    private boolean caughtUp;
    private boolean stopped;

    /** When a command for this host was last sent; {@link System#nanoTime}. */
    volatile long askedAt;

    /** @param clockAhead of the right time; negative: behind */
    SimulatedHost(
            Context context,
            HttpClientAgent client,
            int port,
            String name,
            HostKey key,
            Duration clockAhead,
            Troubles troubles,
            FleetListener listener) {
        this.context = context;
        this.name = name;
        this.key = key;
        this.clockAhead = clockAhead;
        this.feed = new Link(client, port);
        this.work = new Link(client, port);
        this.store = new SimulatedStore(work, () -> headers(token));
        this.troubles = troubles;
        this.listener = listener;
    }

    HostId id() {
        return key.host();
    }

    String name() {
        return name;
    }

    HostKey key() {
        return key;
    }

    Duration clockAhead() {
        return clockAhead;
    }

    /** Known once it is enrolled. */
    String token() {
        return token;
    }

    /** From now on, bodies of objects aren't read before {@code opened} completes. */
    void readsSlowlyUntil(Future<?> opened) {
        context.runOnContext(v -> store.readsSlowlyUntil(opened));
    }

    /** Completes when it is enrolled. */
    Future<Void> enrol(String enrolmentToken) {
        return on(() -> {
            ObjectNode body = EventCodec.json().createObjectNode();
            body.put("name", name).put("publicKey", key.publicKey()).put("signature", key.signEnrolment(name));
            Map<String, String> headers = headers(enrolmentToken);
            headers.put("Content-Type", "application/json");
            headers.put("Idempotency-Key", UUID.randomUUID().toString());
            return work.send(HttpMethod.POST, "/v1/hosts", headers, Buffer.buffer(body.toString()), SHORT)
                    .map(answer -> {
                        if (!answer.isSuccess()) {
                            throw new IllegalStateException("not enrolled: " + answer.status() + " " + answer.body());
                        }
                        token = answer.json().path("token").asText();
                        return null;
                    });
        });
    }

    /** As another machine with the same key and token, from the first event on. */
    void takeIdentityOf(SimulatedHost other) {
        token = other.token;
    }

    void follow() {
        context.runOnContext(v -> poll());
    }

    /** Every connection at once; then it comes back as an agent does. */
    void cut() {
        context.runOnContext(v -> {
            caughtUp = false;
            feed.cut();
            work.cut();
        });
    }

    void stop() {
        context.runOnContext(v -> {
            stopped = true;
            feed.cut();
            work.cut();
        });
    }

    /** Queues a report of this host, with the next sequence number. Its answer isn't waited for. */
    Future<Answer> reportOnce(HostEvent event, HostKey signer) {
        return on(() -> {
            QueuedReport report = new Reports(signer, id()).of(List.of(event)).at(++sequence);
            return post(report);
        });
    }

    private <T> Future<T> on(java.util.function.Supplier<Future<T>> step) {
        io.vertx.core.Promise<T> done = io.vertx.core.Promise.promise();
        context.runOnContext(v -> step.get().onComplete(done));
        return done.future();
    }

    private Map<String, String> headers(String bearer) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Host", "127.0.0.1");
        headers.put("Authorization", "Bearer " + bearer);
        headers.put("Date", HttpDate.format(Instant.now().plus(clockAhead)));
        return headers;
    }

    private Future<Answer> get(Link link, String path, Duration limit) {
        return link.send(HttpMethod.GET, path, headers(token), null, limit).map(Answer::successful);
    }

    // Following

    private void poll() {
        if (stopped) {
            return;
        }
        Future<Boolean> asked =
                caughtUp ? hear(WAIT) : get(feed, "/v1/status", SHORT).compose(v -> hear(Duration.ZERO));
        asked.onSuccess(more -> {
                    feedPauses.reset();
                    if (!more && !caughtUp) {
                        caughtUp = true;
                        listener.following(this);
                    }
                    carryOut();
                })
                .onFailure(this::again);
    }

    private void again(Throwable failure) {
        if (stopped) {
            return;
        }
        caughtUp = false;
        feed.cut();
        troubles.note("feed " + kind(failure));
        context.owner().setTimer(feedPauses.next().toMillis(), v -> poll());
    }

    private static String kind(Throwable failure) {
        return failure instanceof IllegalStateException && failure.getMessage() != null
                ? failure.getMessage()
                : failure.getClass().getSimpleName();
    }

    /** @return whether there is more */
    private Future<Boolean> hear(Duration wait) {
        String path = "/v1/events?after=" + heard + "&stream=host:" + id() + "&limit=20000&wait=" + wait.toSeconds();
        return get(feed, path, wait.plus(SHORT)).map(answer -> {
            int lines = 0;
            for (String line : answer.body().toString(StandardCharsets.UTF_8).split("\n")) {
                if (!line.isEmpty()) {
                    take(EventLine.parse(line.getBytes(StandardCharsets.UTF_8)));
                    lines++;
                }
            }
            Position upTo = new Position(Long.parseLong(answer.headers().get("Cloister-Up-To")));
            if (lines < 20_000 && upTo.isAfter(heard)) {
                heard = upTo;
            }
            return lines >= 20_000;
        });
    }

    private void take(RecordedEvent recorded) {
        if (!recorded.stream().equals(StreamId.of(id()))) {
            listener.broken(this, "heard of " + recorded.stream());
        }
        if (!recorded.position().isAfter(heard) || recorded.version() != version + 1) {
            listener.broken(this, "heard version " + recorded.version() + " after " + version);
        }
        version = recorded.version();
        heard = recorded.position();
        if (codec.decode(recorded) instanceof HostEvent event) {
            image = image.evolve(heard, event).image();
        }
    }

    // Carrying out

    private void carryOut() {
        PendingRequest request = image.next();
        if (request == null) {
            poll();
            return;
        }
        long start = System.nanoTime();
        outcome(request, start)
                .onSuccess(event -> {
                    image = image.evolve(heard, event).image();
                    queue(request.position(), event);
                    carryOut();
                })
                .onFailure(this::again);
    }

    private Future<HostEvent> outcome(PendingRequest request, long start) {
        if (request instanceof PendingRequest.Removal) {
            return Future.succeededFuture(new RemovalCompleted(
                    request.position(), request.roots(), image.generation(heard).digest(), true));
        }
        List<RootTarget> targets = request instanceof PendingRequest.Install install
                ? install.targets()
                : ((PendingRequest.Rollback) request).targets();
        Future<List<RootOutcome>> outcomes = Future.succeededFuture(new ArrayList<>());
        for (RootTarget target : targets) {
            outcomes = outcomes.compose(list -> store.prepare(target).map(outcome -> {
                list.add(outcome);
                return list;
            }));
        }
        return outcomes.map(list -> {
            Digest generation = image.evolve(heard, succeeded(request, list, start, Digest.ofText("")))
                    .image()
                    .generation(heard)
                    .digest();
            return succeeded(request, list, start, generation);
        });
    }

    private static HostEvent succeeded(
            PendingRequest request, List<RootOutcome> outcomes, long start, Digest generation) {
        return new InstallationSucceeded(
                request.position(), outcomes, generation, (System.nanoTime() - start) / 1_000_000);
    }

    // Reporting

    private void queue(Position request, HostEvent event) {
        QueuedReport report = new Reports(key, id()).of(List.of(event)).at(++sequence);
        requestOf.put(report.key(), request);
        reports.add(report);
        if (!sending) {
            sending = true;
            sendFirst();
        }
    }

    private void sendFirst() {
        QueuedReport first = reports.peek();
        if (first == null || stopped) {
            sending = false;
            return;
        }
        post(first).onComplete(done -> {
            if (done.failed()) {
                later(kind(done.cause()));
            } else if (isTransient(done.result())) {
                later(done.result().rule());
            } else {
                settled(first, done.result());
            }
        });
    }

    private void later(String why) {
        troubles.note("report " + why);
        context.owner().setTimer(reportPauses.next().toMillis(), v -> sendFirst());
    }

    private void settled(QueuedReport report, Answer answer) {
        reportPauses.reset();
        reports.remove();
        Position request = requestOf.remove(report.key());
        if (!answer.isSuccess()) {
            troubles.note("report refused " + answer.rule());
        } else if (request != null) {
            listener.reported(this, request);
        }
        sendFirst();
    }

    private static boolean isTransient(Answer answer) {
        return answer.status() >= SERVER_ERRORS
                || answer.status() == TOO_MANY_REQUESTS
                || answer.status() == UNAUTHORIZED;
    }

    private Future<Answer> post(QueuedReport report) {
        Map<String, String> headers = headers(token);
        headers.put("Content-Type", "application/json");
        headers.put("Idempotency-Key", report.key());
        return work.send(
                HttpMethod.POST, "/v1/hosts/" + id() + "/reports", headers, Buffer.buffer(report.body()), SHORT);
    }
}
