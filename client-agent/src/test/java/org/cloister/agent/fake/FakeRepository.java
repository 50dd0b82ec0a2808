package org.cloister.agent.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent.LeaseGranted;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.HostId;
import org.cloister.events.Port;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RootName;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.codec.EventLine;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.ClosureId;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;

/** What an agent asks of a repository, as {@code docs/protocol.md} has it, with ways to fail. */
public final class FakeRepository implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final FakePool pool;
    private final FakeLog log;
    private final Map<String, String> configured = new ConcurrentHashMap<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private final Set<String> reportKeys = new HashSet<>();

    /** Every request is answered with 503 while this is set. */
    public volatile boolean down;
    /** A batch is cut after so many bytes, once. */
    public volatile int cutAfter = -1;

    public volatile String epoch = "e1";
    public volatile int batches;

    public FakeRepository(FakePool pool, FakeLog log, int port) throws IOException {
        this.pool = pool;
        this.log = log;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    /** As if somebody had configured the closure. */
    public void configured(ClosureId closure, LayerId layer) {
        configured.put(closure.toString(), layer.toString());
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The next port of the host that is leased. */
    public volatile int firstLease = 47_000;

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (down) {
                answer(exchange, 503, "down");
                return;
            }
            String path = exchange.getRequestURI().getPath();
            String[] parts = path.substring(1).split("/");
            String kind = parts.length > 1 ? parts[1] : "";
            switch (kind) {
                case "status" ->
                    json(
                            exchange,
                            EventCodec.json()
                                    .createObjectNode()
                                    .put("epoch", epoch)
                                    .put("head", log.all().size())
                                    .putNull("kafka"));
                case "hosts" -> hosts(exchange, parts);
                case "events" -> events(exchange);
                case "objects" -> objects(exchange, parts[2]);
                case "layers" -> layers(exchange, LayerId.parse(parts[2]));
                case "closures" -> closures(exchange, parts);
                case "users" -> users(exchange);
                case "packages" -> packages(exchange, parts[2]);
                default -> answer(exchange, 404, "{}");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            e.printStackTrace();
            throw e;
        }
    }

    private void hosts(HttpExchange exchange, String[] parts) throws IOException {
        JsonNode body = body(exchange);
        if (parts.length == 2) {
            byte[] key = Base64.getDecoder().decode(body.path("publicKey").asText());
            String host = "h-" + Digest.of(key).hex().substring(0, 16);
            json(
                    exchange,
                    EventCodec.json().createObjectNode().put("host", host).put("token", "clo_test"));
            return;
        }
        if (parts.length > 3 && parts[3].equals("leases")) {
            json(exchange, EventCodec.json().createObjectNode().put("position", lease(parts[2], body)));
            return;
        }
        synchronized (reportKeys) {
            if (reportKeys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Idempotency-Key")))) {
                for (JsonNode event : body.path("events")) {
                    log.append(
                            new HostId(parts[2]),
                            event.path("type").asText(),
                            event.path("payload").toString());
                }
            }
        }
        json(exchange, EventCodec.json().createObjectNode());
    }

    /** Every port as it is wanted, from {@link #firstLease} on. @return the last position */
    private long lease(String host, JsonNode body) {
        long position = 0;
        for (JsonNode port : body.path("ports")) {
            Port inside = Port.parse(port.asText());
            RootName root = new RootName(body.path("root").asText());
            Port outside = inside.withNumber(firstLease++);
            position = log.append(new HostId(host), new LeaseGranted(root, inside, outside, PortSource.SHIPPED, "fake"))
                    .value();
        }
        return position;
    }

    private void events(HttpExchange exchange) throws IOException, InterruptedException {
        Map<String, String> query = query(exchange);
        long after = Long.parseLong(query.getOrDefault("after", "0"));
        int limit = Integer.parseInt(query.getOrDefault("limit", "1000"));
        long wait = Long.parseLong(query.getOrDefault("wait", "0")) * 1000;
        FakeLog.Page page = log.after(after, query.getOrDefault("stream", ""), limit, wait);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (RecordedEvent event : page.events()) {
            out.writeBytes((EventLine.write(event) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        exchange.getResponseHeaders().set("Cloister-Up-To", Long.toString(page.upTo()));
        answer(exchange, 200, out.toByteArray());
    }

    private void objects(HttpExchange exchange, String name) throws IOException {
        if (exchange.getRequestMethod().equals("PUT")) {
            pool.object(exchange.getRequestBody().readAllBytes());
            answer(exchange, 204, new byte[0]);
            return;
        }
        if (!name.equals("batch")) {
            answer(exchange, 404, "{}");
            return;
        }
        batches++;
        JsonNode wanted = body(exchange).path("objects");
        exchange.sendResponseHeaders(200, 0);
        int budget = cutAfter;
        cutAfter = -1;
        try (OutputStream out = exchange.getResponseBody()) {
            for (JsonNode object : wanted) {
                Digest digest = Digest.parse(object.asText());
                var file = pool.objects.get(digest);
                byte[] content = file == null ? new byte[0] : Files.readAllBytes(file);
                out.write((digest.hex() + " " + (file == null ? -1 : content.length) + "\n")
                        .getBytes(StandardCharsets.UTF_8));
                if (budget >= 0 && content.length >= budget) {
                    out.write(content, 0, budget);
                    return;
                }
                out.write(content);
                budget = budget < 0 ? budget : budget - content.length;
            }
            out.write("end\n".getBytes(StandardCharsets.UTF_8));
        }
    }

    private void layers(HttpExchange exchange, LayerId layer) throws IOException {
        if (exchange.getRequestMethod().equals("PUT")) {
            pool.layer(Manifest.parse(exchange.getRequestBody().readAllBytes()));
            answer(exchange, 204, new byte[0]);
            return;
        }
        byte[] manifest = pool.layers.get(layer);
        if (manifest == null) {
            answer(exchange, 404, "{}");
        } else {
            answer(exchange, 200, manifest);
        }
    }

    private void closures(HttpExchange exchange, String[] parts) throws IOException {
        if (exchange.getRequestMethod().equals("POST")) {
            String offered = body(exchange).path("layer").asText();
            String winner = configured.putIfAbsent(parts[2], offered);
            json(exchange, EventCodec.json().createObjectNode().put("layer", winner == null ? offered : winner));
        } else if (configured.containsKey(parts[2])) {
            json(exchange, EventCodec.json().createObjectNode().put("configured", configured.get(parts[2])));
        } else {
            answer(exchange, 404, "{}");
        }
    }

    private void users(HttpExchange exchange) throws IOException {
        ObjectNode answer = EventCodec.json().createObjectNode();
        ObjectNode given = answer.putObject("ids");
        synchronized (ids) {
            for (JsonNode name : body(exchange).path("names")) {
                String key =
                        name.path("kind").asText() + ":" + name.path("name").asText();
                given.put(key, ids.computeIfAbsent(key, unused -> 400 + ids.size()));
            }
        }
        json(exchange, answer);
    }

    private void packages(HttpExchange exchange, String name) throws IOException {
        ObjectNode answer = EventCodec.json().createObjectNode().put("name", name);
        var versions = answer.putArray("versions");
        for (Map.Entry<PackageId, Map<String, String>> entry : pool.controls.entrySet()) {
            if (entry.getKey().name().text().equals(name)) {
                ObjectNode version = versions.addObject()
                        .put("version", entry.getKey().version().toString())
                        .put("architecture", entry.getKey().architecture().toString());
                ObjectNode fields = version.putObject("fields");
                entry.getValue().forEach(fields::put);
            }
        }
        json(exchange, answer);
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new HashMap<>();
        for (String part : exchange.getRequestURI().getRawQuery().split("&")) {
            String[] pair = part.split("=", 2);
            query.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        return query;
    }

    private static JsonNode body(HttpExchange exchange) throws IOException {
        return EventCodec.json().readTree(exchange.getRequestBody().readAllBytes());
    }

    private static void json(HttpExchange exchange, JsonNode body) throws IOException {
        answer(exchange, 200, body.toString());
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        answer(exchange, status, body.getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
