package org.cloister.agent.bench.fleet;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.cloister.agent.remote.RetryPauses;
import org.cloister.events.Position;

/**
 * One command for each of many hosts, some at a time, each asked again with the same key until it is acknowledged; and what the hosts report
 * of them. Thread-safe.
 */
final class Wave {
    /** Commands that wait for their acknowledgement at one time. */
    private static final int LANES = 64;

    private static final Duration ANSWER = Duration.ofSeconds(30);
    /** Only what hangs takes longer. */
    private static final Duration LIMIT = Duration.ofMinutes(15);

    private static final int ACCEPTED = 202;
    private static final int SERVER_ERRORS = 500;

    private final List<SimulatedHost> hosts;
    private final Troubles troubles;
    private final Latencies acknowledged = new Latencies();
    private final Latencies reported = new Latencies();
    private final Map<SimulatedHost, Position> asked = new ConcurrentHashMap<>();
    private final Set<SimulatedHost> answered = ConcurrentHashMap.newKeySet();
    private final CountDownLatch outcomes;
    private final CountDownLatch acknowledgements;
    private final Promise<Void> broken = Promise.promise();

    /** Those of which the rest doesn't wait. */
    private final Set<SimulatedHost> slow = new HashSet<>();

    private final CountDownLatch quickOutcomes;

    Wave(List<SimulatedHost> hosts, Set<SimulatedHost> slow, Troubles troubles) {
        this.hosts = List.copyOf(hosts);
        this.slow.addAll(slow);
        this.troubles = troubles;
        this.outcomes = new CountDownLatch(hosts.size());
        this.acknowledgements = new CountDownLatch(hosts.size());
        this.quickOutcomes = new CountDownLatch(
                (int) hosts.stream().filter(host -> !slow.contains(host)).count());
    }

    /** A command: path below the host's, and body. */
    record Command(String path, String body) {}

    /** Begins; {@code progress} hears how many are acknowledged. */
    void start(
            Vertx vertx,
            HttpClientAgent client,
            FleetServer server,
            String token,
            Command command,
            IntConsumer progress) {
        AtomicInteger next = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        for (int i = 0; i < Math.min(LANES, hosts.size()); i++) {
            Context context = vertx.getOrCreateContext();
            Link link = new Link(client, server.port());
            context.runOnContext(v -> lane(context, link, token, command, next, done, progress));
        }
    }

    private void lane(
            Context context,
            Link link,
            String token,
            Command command,
            AtomicInteger next,
            AtomicInteger done,
            IntConsumer progress) {
        int index = next.getAndIncrement();
        if (index >= hosts.size()) {
            link.cut();
            return;
        }
        SimulatedHost host = hosts.get(index);
        host.askedAt = System.nanoTime();
        Map<String, String> headers = Map.of(
                "Host",
                "127.0.0.1",
                "Authorization",
                "Bearer " + token,
                "Content-Type",
                "application/json",
                "Idempotency-Key",
                UUID.randomUUID().toString());
        ask(context, link, host, headers, command, RetryPauses.ofFollower()).onComplete(answer -> {
            if (answer.failed()) {
                broken.tryFail(answer.cause());
                return;
            }
            acknowledged.add(System.nanoTime() - host.askedAt);
            asked.put(host, answer.result());
            acknowledgements.countDown();
            progress.accept(done.incrementAndGet());
            lane(context, link, token, command, next, done, progress);
        });
    }

    private Future<Position> ask(
            Context context,
            Link link,
            SimulatedHost host,
            Map<String, String> headers,
            Command command,
            RetryPauses pauses) {
        String path = "/v1/hosts/" + host.id() + command.path();
        return link.send(HttpMethod.POST, path, headers, Buffer.buffer(command.body()), ANSWER)
                .transform(done -> {
                    if (done.succeeded() && done.result().status() == ACCEPTED) {
                        long position = done.result().json().path("position").asLong();
                        return Future.succeededFuture(new Position(position));
                    }
                    if (done.succeeded() && done.result().status() < SERVER_ERRORS) {
                        return Future.failedFuture("refused: " + done.result().status() + " "
                                + done.result().body());
                    }
                    troubles.note("command "
                            + (done.failed()
                                    ? done.cause().getClass().getSimpleName()
                                    : done.result().rule()));
                    Promise<Position> later = Promise.promise();
                    context.owner()
                            .setTimer(
                                    pauses.next().toMillis(),
                                    v -> ask(context, link, host, headers, command, pauses)
                                            .onComplete(later));
                    return later.future();
                });
    }

    /** A host's outcome is on record. */
    void reported(SimulatedHost host) {
        if (answered.add(host)) {
            if (!slow.contains(host)) {
                reported.add(System.nanoTime() - host.askedAt);
                quickOutcomes.countDown();
            }
            outcomes.countDown();
        }
    }

    /** Returns when all are acknowledged and all outcomes are on record, but for those of the slow ones. */
    void awaitQuick() throws InterruptedException {
        await(acknowledgements, "acknowledgements");
        await(quickOutcomes, "outcomes");
    }

    /** Returns when all are acknowledged and all outcomes are on record. */
    void awaitAll() throws InterruptedException {
        awaitQuick();
        await(outcomes, "outcomes of slow hosts");
    }

    private void await(CountDownLatch latch, String what) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!latch.await(1, TimeUnit.SECONDS)) {
            if (broken.future().failed()) {
                throw new IllegalStateException(broken.future().cause());
            }
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException(latch.getCount() + " " + what + " never came");
            }
        }
    }

    boolean hasAnswered(SimulatedHost host) {
        return answered.contains(host);
    }

    /** The request of each host. */
    Map<SimulatedHost, Position> asked() {
        return asked;
    }

    /** From the command to its acknowledgement. */
    Latencies acknowledged() {
        return acknowledged;
    }

    /** From the command until its outcome is on record, without the slow ones'. */
    Latencies reported() {
        return reported;
    }
}
