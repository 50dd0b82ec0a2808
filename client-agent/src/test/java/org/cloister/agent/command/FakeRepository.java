package org.cloister.agent.command;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.cloister.agent.command.config.ClientConfig;
import org.cloister.events.RecordedEvent;
import org.cloister.events.codec.EventLine;

/** A repository that answers what a test put in, and remembers what it was asked. */
public final class FakeRepository implements AutoCloseable {
    public static final String TOKEN = "clo_abcdefgh_0123456789abcdef";

    private static final Pattern EVENTS = Pattern.compile("GET /v1/events\\?after=([0-9]+)&limit=([0-9]+)");

    private final HttpServer server;
    private volatile List<RecordedEvent> events = List.of();
    private final Map<String, Deque<Answer>> answers = Collections.synchronizedMap(new HashMap<>());
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());

    /** @param status of HTTP; 0 hangs up */
    private record Answer(int status, String type, byte[] body) {}

    /** What was asked. */
    public record Request(
            String method, String target, String authorization, String idempotencyKey, String signature, String body) {}

    public FakeRepository() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The configuration of somebody who is logged in here. */
    public String configuration() {
        return new ClientConfig(uri(), TOKEN, null).text();
    }

    /** {@code operation} is a method and a target such as {@code GET /v1/hosts}; the last answer put in stays. */
    public FakeRepository on(String operation, int status, String json) {
        return on(
                operation,
                status,
                status < 300 ? "application/json" : "application/problem+json",
                json.getBytes(StandardCharsets.UTF_8));
    }

    public FakeRepository on(String operation, int status, String type, byte[] body) {
        answers.computeIfAbsent(operation, key -> new ArrayDeque<>()).add(new Answer(status, type, body));
        return this;
    }

    /** From now on {@code operation} has this answer and no other. */
    public FakeRepository replace(String operation, byte[] body) {
        answers.remove(operation);
        return on(operation, 200, "text/plain", body);
    }

    public List<Request> requests() {
        return List.copyOf(requests);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String target = exchange.getRequestURI().toString();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
            requests.add(new Request(
                    exchange.getRequestMethod(),
                    target,
                    header(exchange, "Authorization"),
                    header(exchange, "Idempotency-Key"),
                    header(exchange, "Package-Signature"),
                    body));
            Answer answer = next(exchange.getRequestMethod() + " " + target);
            if (answer.status() == 0) {
                return;
            }
            exchange.getResponseHeaders().add("Content-Type", answer.type());
            exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Answer next(String operation) {
        Matcher page = EVENTS.matcher(operation);
        if (page.matches()) {
            return page(Long.parseLong(page.group(1)), Long.parseLong(page.group(2)));
        }
        Deque<Answer> queue = answers.get(operation);
        if (queue == null) {
            String text = "{\"title\":\"Not put in\",\"detail\":\"No answer for " + operation + ".\",\"status\":404}";
            return new Answer(404, "application/problem+json", text.getBytes(StandardCharsets.UTF_8));
        }
        return queue.size() > 1 ? queue.remove() : queue.element();
    }

    /** {@code /v1/events} pages through these from now on. */
    public void serveEvents(List<RecordedEvent> served) {
        events = List.copyOf(served);
    }

    private Answer page(long after, long limit) {
        String lines = events.stream()
                .filter(event -> event.position().value() > after)
                .limit(limit)
                .map(event -> EventLine.write(event) + "\n")
                .collect(Collectors.joining());
        return new Answer(200, "application/x-ndjson", lines.getBytes(StandardCharsets.UTF_8));
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
