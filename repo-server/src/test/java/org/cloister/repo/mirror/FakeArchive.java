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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.cloister.events.ArtifactPolicy;
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
    private static final Instant MODIFIED = Instant.parse("2025-05-01T00:00:00Z");

    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    /** How many bytes of the next answer are sent before the connection is cut. */
    private final Map<String, Integer> cuts = new ConcurrentHashMap<>();

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> stanzas = new ArrayList<>();
    private final Map<String, String> lastModified = new ConcurrentHashMap<>();
    /** Answers that stop in the middle until this ends. */
    private final Set<String> stalled = ConcurrentHashMap.newKeySet();

    private final CountDownLatch ended = new CountDownLatch(1);
    private final List<String> history = new ArrayList<>();
    private List<String> architectures = List.of("amd64");
    private boolean diffs;
    private int signatures;
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
        deb.directory("./usr/").directory("./usr/share/").directory("./usr/share/" + name + "/");
        deb.file("./usr/share/" + name + "/version", version);
        deb.compressed(".gz", "").binary("./usr/share/" + name + "/content", content);
        byte[] bytes = deb.bytes();
        String filename = filename(name, version);
        files.put("/" + filename, bytes);
        stanzas.add(control + "Filename: " + filename + "\nSize: " + bytes.length + "\nSHA256: "
                + Digest.of(bytes).hex() + "\n");
        return this;
    }

    /** What the index lists no longer from the next signature on. */
    FakeArchive forget(String name) {
        stanzas.removeIf(stanza -> stanza.startsWith("Package: " + name + "\n"));
        return this;
    }

    /** From the next signature on: patches that lead from every earlier index to the present one. */
    FakeArchive withDiffs() {
        diffs = true;
        return this;
    }

    FakeArchive architectures(String... names) {
        architectures = List.of(names);
        return this;
    }

    static String filename(String name, String version) {
        return "pool/main/" + name + "_" + version.replace(":", "%3a") + "_all.deb";
    }

    /** Writes index and InRelease of all that was added. */
    FakeArchive sign(OpenPgpSigner signer, Instant date, Optional<Instant> validUntil) throws Exception {
        byte[] index = String.join("\n", stanzas).getBytes(StandardCharsets.UTF_8);
        StringBuilder sums = new StringBuilder();
        for (String architecture : architectures) {
            String directory = "main/binary-" + architecture + "/";
            sums.append(sum(directory + "Packages", index));
            sums.append(publish(directory, "Packages.xz", SampleDeb.compress(index, ".xz")));
            if (diffs && !history.isEmpty()) {
                sums.append(publish(directory + "Packages.diff/", "Index", diffIndex(directory, index)));
            }
        }
        history.add(new String(index, StandardCharsets.UTF_8));
        String release = "Suite: " + suite + "\nDate: " + DATE.format(date) + "\n"
                + validUntil
                        .map(until -> "Valid-Until: " + DATE.format(until) + "\n")
                        .orElse("")
                + "Acquire-By-Hash: yes\nArchitectures: " + String.join(" ", architectures)
                + "\nComponents: main\nSHA256:\n" + sums;
        files.put("/dists/" + suite + "/InRelease", signer.clearsign(release, date));
        lastModified.put("/dists/" + suite + "/InRelease", DATE.format(MODIFIED.plusSeconds(++signatures)));
        return this;
    }

    private static String sum(String path, byte[] content) {
        return " " + Digest.of(content).hex() + " " + content.length + " " + path + "\n";
    }

    /** Under its name and its digest. @return its line in the Release file */
    private String publish(String directory, String name, byte[] content) {
        String dists = "/dists/" + suite + "/";
        files.put(dists + directory + name, content);
        files.put(dists + directory + "by-hash/SHA256/" + Digest.of(content).hex(), content);
        return sum(directory + name, content);
    }

    private byte[] diffIndex(String directory, byte[] present) throws IOException {
        StringBuilder states = new StringBuilder();
        StringBuilder patches = new StringBuilder();
        StringBuilder downloads = new StringBuilder();
        String to = new String(present, StandardCharsets.UTF_8);
        for (int i = 0; i < history.size(); i++) {
            String name = "T-" + i;
            String next = i + 1 < history.size() ? history.get(i + 1) : to;
            byte[] patch = edScript(history.get(i), next).getBytes(StandardCharsets.UTF_8);
            byte[] compressed = SampleDeb.compress(patch, ".gz");
            files.put("/dists/" + suite + "/" + directory + "Packages.diff/" + name + ".gz", compressed);
            states.append(sum(name, history.get(i).getBytes(StandardCharsets.UTF_8)));
            patches.append(sum(name, patch));
            downloads.append(sum(name + ".gz", compressed));
        }
        String current = sum("", present).strip();
        return ("SHA256-Current: " + current + "\nSHA256-History:\n" + states + "SHA256-Patches:\n" + patches
                        + "SHA256-Download:\n" + downloads)
                .getBytes(StandardCharsets.UTF_8);
    }

    /** One command that replaces everything between what both begin and end with. */
    private static String edScript(String from, String to) {
        List<String> old = from.lines().toList();
        List<String> present = to.lines().toList();
        int head = 0;
        while (head < Math.min(old.size(), present.size()) && old.get(head).equals(present.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < Math.min(old.size(), present.size()) - head
                && old.get(old.size() - 1 - tail).equals(present.get(present.size() - 1 - tail))) {
            tail++;
        }
        int removed = old.size() - head - tail;
        List<String> added = present.subList(head, present.size() - tail);
        String text = added.isEmpty() ? "" : String.join("\n", added) + "\n.\n";
        String range = (head + 1) + "," + (head + removed);
        if (removed == 0) {
            return added.isEmpty() ? "" : head + "a\n" + text;
        }
        return range + (added.isEmpty() ? "d\n" : "c\n" + text);
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

    /** Its answers stop in the middle, and the connections stay open. */
    void stall(String path) {
        stalled.add("/" + path);
    }

    /** No answer says when its content was changed. */
    void forgetDates() {
        lastModified.clear();
    }

    List<String> requests() {
        return requests;
    }

    SyncSource source(String name, String keys, Optional<Instant> lastDate) {
        return new SyncSource(definition(name, keys, ArtifactPolicy.CLOSURES), lastDate);
    }

    MirrorDefined definition(String name, String keys, ArtifactPolicy artifacts) {
        String url = "http://" + server.getAddress().getHostString() + ":"
                + server.getAddress().getPort();
        return new MirrorDefined(
                new MirrorName(name), url, suite, List.of("main"), architectures, keys, artifacts, null);
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
        String modified = lastModified.get(path);
        if (modified != null) {
            exchange.getResponseHeaders().set("Last-Modified", modified);
            if (modified.equals(exchange.getRequestHeaders().getFirst("If-Modified-Since"))) {
                exchange.sendResponseHeaders(304, -1);
                exchange.close();
                return;
            }
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
            if (stalled.contains(path)) {
                out.write(rest, 0, rest.length / 2);
                out.flush();
                ended.await();
            }
            out.write(rest, 0, cut == null ? rest.length : Math.min(cut, rest.length));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        ended.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
