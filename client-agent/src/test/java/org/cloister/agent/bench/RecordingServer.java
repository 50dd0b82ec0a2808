package org.cloister.agent.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.cloister.events.layer.LayerId;

/** Gives out a recording page by page as the repository would, and the layers that it names. */
final class RecordingServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Path recording;
    private final List<Long> pages;
    private final int pageSize;
    private final int events;
    private final Map<LayerId, byte[]> layers;

    RecordingServer(Path recording, List<Long> pages, int pageSize, int events, Map<LayerId, byte[]> layers)
            throws IOException {
        this.recording = recording;
        this.pages = pages;
        this.pageSize = pageSize;
        this.events = events;
        this.layers = layers;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext(
                "/v1/status", exchange -> text(exchange, "{\"epoch\":\"e\",\"head\":" + events + ",\"kafka\":null}"));
        server.createContext("/v1/events", this::events);
        server.createContext("/v1/layers", this::layer);
        server.setExecutor(threads);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void events(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        int after = Integer.parseInt(query.replaceAll(".*after=([0-9]+).*", "$1"));
        int page = after / pageSize;
        exchange.getResponseHeaders().set("Cloister-Up-To", Integer.toString(Math.min(events, after + pageSize)));
        try (exchange;
                FileChannel file = FileChannel.open(recording)) {
            if (after >= events) {
                exchange.sendResponseHeaders(200, -1);
                return;
            }
            long start = pages.get(page);
            long size = pages.get(page + 1) - start;
            exchange.sendResponseHeaders(200, size);
            try (OutputStream out = exchange.getResponseBody()) {
                long sent = 0;
                while (sent < size) {
                    sent += file.transferTo(start + sent, size - sent, Channels.newChannel(out));
                }
            }
        }
    }

    private void layer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] body = layers.get(LayerId.parse(path.substring(path.lastIndexOf('/') + 1)));
        try (exchange) {
            exchange.sendResponseHeaders(body == null ? 404 : 200, body == null ? -1 : body.length);
            if (body != null) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private static void text(HttpExchange exchange, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
