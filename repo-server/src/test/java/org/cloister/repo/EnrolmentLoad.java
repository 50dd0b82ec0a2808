package org.cloister.repo;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that enrol hosts one after the other, each with its own idempotency key, and ask again, the next server if there are several,
 * until they are answered.
 */
final class EnrolmentLoad implements AutoCloseable {
    private static final int CLIENTS = 6;
    private static final long RETRY_MILLIS = 50;
    /** Where nobody else could be asked. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** An answer takes milliseconds; a server that gives none is stopped or gone. */
    private static final Duration ANSWER = Duration.ofSeconds(2);

    private final List<ServerProcess> servers;
    private final String token;
    private final AtomicInteger names = new AtomicInteger();
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<Acknowledgement> times = new ConcurrentLinkedQueue<>();
    private final Queue<String> refusals = new ConcurrentLinkedQueue<>();
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean ended;

    EnrolmentLoad(ServerProcess server, String token) {
        this(List.of(server), token);
    }

    EnrolmentLoad(List<ServerProcess> servers, String token) {
        this.servers = List.copyOf(servers);
        this.token = token;
        for (int i = 0; i < CLIENTS; i++) {
            int first = i;
            Thread client = new Thread(() -> run(first), "client-" + i);
            clients.add(client);
            client.start();
        }
    }

    /** When a command was first sent, and when it was acknowledged; {@link System#nanoTime}. */
    record Acknowledgement(long begun, long ended) {}

    /** One for each acknowledged enrolment. */
    Queue<Acknowledgement> times() {
        return times;
    }

    /** Names of hosts whose enrolment was acknowledged. */
    Queue<String> acknowledged() {
        return acknowledged;
    }

    /** Answers that no client should get. */
    Queue<String> refusals() {
        return refusals;
    }

    /** Until {@code least} more are acknowledged and some random moments more, so that what is done next doesn't fall on the same step each time; or one is refused. */
    void awaitProgress(int least, Random random, Duration limit) {
        int wanted = acknowledged.size() + least + random.nextInt(least);
        await().atMost(limit)
                .pollInterval(Duration.ofMillis(1 + random.nextInt(20)))
                .until(() -> acknowledged.size() >= wanted || !refusals.isEmpty());
    }

    private void run(int first) {
        try {
            while (!ended) {
                enrol("crash-" + names.incrementAndGet(), first);
            }
        } catch (GeneralSecurityException | InterruptedException e) {
            refusals.add(e.toString());
        }
    }

    private void enrol(String name, int first) throws GeneralSecurityException, InterruptedException {
        String key = UUID.randomUUID().toString();
        String body = body(name);
        long begun = System.nanoTime();
        for (int attempt = 0; !ended; attempt++) {
            ServerProcess server = servers.get((first + attempt) % servers.size());
            HttpRequest request = server.request("/v1/hosts")
                    .timeout(servers.size() == 1 ? PATIENCE : ANSWER)
                    .header("Authorization", "Bearer " + token)
                    .header("Content-Type", "application/json")
                    .header("Idempotency-Key", key)
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            try {
                HttpResponse<String> response = server.send(request);
                if (response.statusCode() / 100 == 2) {
                    acknowledged.add(name);
                    times.add(new Acknowledgement(begun, System.nanoTime()));
                    return;
                }
                if (response.statusCode() / 100 == 4 && response.statusCode() != 429) {
                    refusals.add(response.statusCode() + " " + response.body());
                    return;
                }
            } catch (IOException e) {
                // Killed: whether it was recorded is not known, so the same request is asked again.
            }
            Thread.sleep(RETRY_MILLIS);
        }
    }

    /** A request that enrols a host of this name, with a key of its own. */
    static String body(String name) throws GeneralSecurityException {
        KeyPair key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        String publicKey = Base64.getEncoder().encodeToString(key.getPublic().getEncoded());
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(key.getPrivate());
        signature.update(("cloister-enrolment 1\n" + name + "\n" + publicKey + "\n").getBytes(StandardCharsets.UTF_8));
        return "{\"name\":\"" + name + "\",\"publicKey\":\"" + publicKey + "\",\"signature\":\""
                + Base64.getEncoder().encodeToString(signature.sign()) + "\"}";
    }

    /** Returns when no client asks any more. */
    @Override
    public void close() throws InterruptedException {
        ended = true;
        for (Thread client : clients) {
            client.join();
        }
    }
}
