package org.cloister.repo.mirror;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.cloister.events.Digest;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorName;
import org.cloister.repo.deb.SampleDeb;
import org.cloister.repo.upstream.OpenPgpSigner;

/** A small signed archive on a port of its own, which can be made to lie and to fail. */
final class FakeArchive implements AutoCloseable {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, d MMM yyyy HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    /** How many bytes of the next answer are sent before the connection is cut. */
    private final Map<String, Integer> cuts = new ConcurrentHashMap<>();

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final StringBuilder packages = new StringBuilder();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final String suite;

    FakeArchive(String suite) throws IOException {
        this.suite = suite;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    /** @param fields of the control paragraph beside Version, Architecture and Maintainer */
    FakeArchive add(String name, String version, String fields, byte[] content) {
        String control = "Package: " + name + "\nVersion: " + version
                + "\nArchitecture: all\nMaintainer: A <a@example.org>\n" + fields;
        SampleDeb deb = new SampleDeb().control(control);
        deb.file("./usr/share/" + name + "/version", version);
        deb.compressed(".gz", "").binary("./usr/share/" + name + "/content", content);
        byte[] bytes = deb.bytes();
        String filename = filename(name, version);
        files.put("/" + filename, bytes);
        packages.append(control)
                .append("Filename: ")
                .append(filename)
                .append("\nSize: ")
                .append(bytes.length)
                .append("\nSHA256: ")
                .append(Digest.of(bytes).hex())
                .append("\n\n");
        return this;
    }

    static String filename(String name, String version) {
        return "pool/main/" + name + "_" + version.replace(":", "%3a") + "_all.deb";
    }

    /** Writes index and InRelease of all that was added. */
    FakeArchive sign(OpenPgpSigner signer, Instant date, Optional<Instant> validUntil) throws Exception {
        byte[] index = packages.toString().getBytes(StandardCharsets.UTF_8);
        byte[] compressed = SampleDeb.compress(index, ".xz");
        String dists = "/dists/" + suite + "/";
        String directory = "main/binary-amd64/";
        files.put(dists + directory + "by-hash/SHA256/" + Digest.of(compressed).hex(), compressed);
        files.put(dists + directory + "Packages.xz", compressed);
        String release = "Suite: " + suite + "\nDate: " + DATE.format(date) + "\n"
                + validUntil
                        .map(until -> "Valid-Until: " + DATE.format(until) + "\n")
                        .orElse("")
                + "Acquire-By-Hash: yes\nArchitectures: amd64\nComponents: main\nSHA256:\n "
                + Digest.of(index).hex() + " " + index.length + " " + directory + "Packages\n "
                + Digest.of(compressed).hex() + " " + compressed.length + " " + directory + "Packages.xz\n";
        files.put(dists + "InRelease", signer.clearsign(release, date));
        return this;
    }

    byte[] file(String path) {
        byte[] content = files.get("/" + path);
        if (content == null) {
            throw new IllegalArgumentException("no " + path);
        }
        return content;
    }

    void replace(String path, byte[] content) {
        files.put("/" + path, content);
    }

    /** Paths that are served, by their end. */
    List<String> named(String end) {
        return files.keySet().stream()
                .filter(path -> path.contains(end))
                .map(path -> path.substring(1))
                .toList();
    }

    void remove(String path) {
        files.remove("/" + path);
    }

    void cutOnce(String path, int bytes) {
        cuts.put("/" + path, bytes);
    }

    List<String> requests() {
        return requests;
    }

    SyncSource source(String name, String keys, Optional<Instant> lastDate) {
        String url = "http://" + server.getAddress().getHostString() + ":"
                + server.getAddress().getPort();
        return new SyncSource(
                new MirrorDefined(new MirrorName(name), url, suite, List.of("main"), List.of("amd64"), keys), lastDate);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String range = exchange.getRequestHeaders().getFirst("Range");
        requests.add(path + (range == null ? "" : " " + range));
        byte[] content = files.get(path);
        if (content == null) {
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
            return;
        }
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
        if (from > 0) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        byte[] rest = Arrays.copyOfRange(content, from, content.length);
        Integer cut = cuts.remove(path);
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, rest.length == 0 ? -1 : rest.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(rest, 0, cut == null ? rest.length : Math.min(cut, rest.length));
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
