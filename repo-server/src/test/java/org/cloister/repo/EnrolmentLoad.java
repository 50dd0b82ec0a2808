package org.cloister.repo;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that enrol hosts one after the other, each with its own idempotency key, and ask again until they are answered. */
final class EnrolmentLoad implements AutoCloseable {
    private static final int CLIENTS = 6;
    private static final long RETRY_MILLIS = 50;

    private final ServerProcess server;
    private final String token;
    private final AtomicInteger names = new AtomicInteger();
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<String> refusals = new ConcurrentLinkedQueue<>();
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean ended;

    EnrolmentLoad(ServerProcess server, String token) {
        this.server = server;
        this.token = token;
        for (int i = 0; i < CLIENTS; i++) {
            Thread client = new Thread(this::run, "client-" + i);
            clients.add(client);
            client.start();
        }
    }

    /** Names of hosts whose enrolment was acknowledged. */
    Queue<String> acknowledged() {
        return acknowledged;
    }

    /** Answers that no client should get. */
    Queue<String> refusals() {
        return refusals;
    }

    private void run() {
        try {
            while (!ended) {
                enrol("crash-" + names.incrementAndGet());
            }
        } catch (GeneralSecurityException | InterruptedException e) {
            refusals.add(e.toString());
        }
    }

    private void enrol(String name) throws GeneralSecurityException, InterruptedException {
        HttpRequest request = server.request("/v1/hosts")
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", java.util.UUID.randomUUID().toString())
                .POST(HttpRequest.BodyPublishers.ofString(body(name)))
                .build();
        while (!ended) {
            try {
                HttpResponse<String> response = server.send(request);
                if (response.statusCode() / 100 == 2) {
                    acknowledged.add(name);
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

    private static String body(String name) throws GeneralSecurityException {
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
