package org.cloister.agent.mount;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.cloister.agent.control.Change;
import org.cloister.events.Digest;
import org.cloister.events.RootName;
import org.cloister.events.codec.EventCodec;
import org.jspecify.annotations.Nullable;

/** {@link UnionControl} over {@code fuse.sock}; a connection for each request, since they are rare. */
public final class UnionSocket implements UnionControl {
    /** Longer than a daemon needs to take over on a busy machine. */
    private static final Duration SUCCESSION = Duration.ofSeconds(20);

    private static final long RETRY_MILLIS = 50;
    /** What asks how it is, not for something to be done. */
    private static final Set<String> AT_ONCE = Set.of("ping", "stats");

    /** Of one request to check; of the protocol. */
    private static final int MAX_OBJECTS = 1_000;

    private final Path socket;

    public UnionSocket(Path socket) {
        this.socket = socket;
    }

    @Override
    public Ping ping() throws IOException {
        JsonNode answer = ask(request("ping"));
        return new Ping(
                Path.of(answer.path("mount").asText()),
                answer.path("generation").asText(),
                answer.path("adapter").asText(),
                answer.path("pid").asLong(),
                answer.path("outdated").asBoolean());
    }

    @Override
    public void handOver() throws IOException {
        ask(request("handover"));
    }

    @Override
    public Digest switchTo(Path file) throws IOException {
        JsonNode answer =
                ask(request("switch").put("generation", file.toAbsolutePath().toString()));
        return Digest.parse(answer.path("generation").asText());
    }

    @Override
    public void followDevices() throws IOException {
        ask(request("devices"));
    }

    @Override
    public List<Change> diff(RootName root) throws IOException {
        JsonNode answer = ask(request("diff").put("root", root.text()));
        List<Change> changes = new ArrayList<>();
        for (JsonNode change : answer.path("changes")) {
            changes.add(change(change));
        }
        return changes;
    }

    @Override
    public long reset(RootName root, List<String> paths) throws IOException {
        ObjectNode request = request("reset").put("root", root.text());
        if (!paths.isEmpty()) {
            ArrayNode list = request.putArray("paths");
            paths.forEach(list::add);
        }
        return ask(request).path("removed").asLong();
    }

    @Override
    public void forget(RootName root) throws IOException {
        ask(request("forget").put("root", root.text()));
    }

    @Override
    public DamageNews damaged(String run, long after, Duration wait) throws IOException {
        JsonNode answer =
                ask(request("damaged").put("run", run).put("after", after).put("waitMillis", wait.toMillis()));
        List<Damage> damaged = new ArrayList<>();
        for (JsonNode one : answer.path("damaged")) {
            damaged.add(new Damage(
                    Digest.parse(one.path("object").asText()),
                    one.path("size").asLong(),
                    one.path("manifest").asBoolean(),
                    one.path("found").asText()));
        }
        return new DamageNews(answer.path("run").asText(), answer.path("after").asLong(), damaged);
    }

    @Override
    public Set<Digest> check(Map<Digest, Long> objects) throws IOException {
        Set<Digest> damaged = new HashSet<>();
        Iterator<Map.Entry<Digest, Long>> left = objects.entrySet().iterator();
        while (left.hasNext()) {
            ObjectNode request = request("check");
            ArrayNode list = request.putArray("objects");
            while (left.hasNext() && list.size() < MAX_OBJECTS) {
                Map.Entry<Digest, Long> object = left.next();
                list.addObject().put("object", object.getKey().toString()).put("size", object.getValue());
            }
            ask(request).path("damaged").forEach(one -> damaged.add(Digest.parse(one.asText())));
        }
        return damaged;
    }

    @Override
    public Scrub scrub() throws IOException {
        JsonNode answer = ask(request("stats"));
        JsonNode scrub = answer.path("scrub");
        return new Scrub(
                scrub.path("rate").asLong(),
                scrub.path("pass").asLong(),
                scrub.path("reading").asBoolean(),
                scrub.path("done").asLong(),
                scrub.path("total").asLong(),
                scrub.path("ended").asText(""),
                answer.path("damaged").size());
    }

    private static ObjectNode request(String operation) {
        return EventCodec.json().createObjectNode().put("op", operation);
    }

    private static Change change(JsonNode node) {
        Map<String, String> xattrs = new HashMap<>();
        node.path("xattrs")
                .fields()
                .forEachRemaining(
                        xattr -> xattrs.put(xattr.getKey(), xattr.getValue().asText()));
        return new Change(
                node.path("path").asText(),
                Change.Kind.valueOf(node.path("kind").asText().toUpperCase(Locale.ROOT)),
                node.path("type").asText(""),
                node.path("opaque").asBoolean(),
                node.path("mode").asInt(),
                node.path("uid").asInt(),
                node.path("gid").asInt(),
                node.path("mtime").asText("0.000000000"),
                node.path("size").asLong(),
                node.hasNonNull("target") ? node.path("target").asText() : null,
                node.path("rdev").asText("0:0"),
                node.path("ino").asLong(),
                node.path("nlink").asInt(),
                xattrs);
    }

    /** A daemon that was killed has a successor soon, which serves the same socket. */
    private JsonNode ask(ObjectNode request) throws IOException {
        long end = System.nanoTime() + SUCCESSION.toNanos();
        while (true) {
            try {
                return askOnce(request);
            } catch (Unanswered e) {
                if (System.nanoTime() > end
                        || AT_ONCE.contains(request.path("op").asText())) {
                    throw e;
                }
                pause(e);
            }
        }
    }

    private static void pause(IOException cause) throws IOException {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw cause;
        }
    }

    /** Nobody served the request. Every operation may be asked for again. */
    private static final class Unanswered extends IOException {
        private static final long serialVersionUID = 1;

        Unanswered(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private JsonNode askOnce(ObjectNode request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            ByteBuffer line = ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8));
            while (line.hasRemaining()) {
                channel.write(line);
            }
            BufferedReader in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
            String answer = in.readLine();
            if (answer == null) {
                throw new Unanswered("the union file system closed the connection", null);
            }
            JsonNode node = EventCodec.json().readTree(answer);
            if (!node.path("ok").asBoolean()) {
                throw new IOException(
                        "the union file system refused: " + node.path("error").asText());
            }
            return node;
        } catch (IOException e) {
            throw e.getMessage() != null && e.getMessage().startsWith("the union")
                    ? e
                    : new Unanswered("the union file system doesn't answer at " + socket + ": " + e.getMessage(), e);
        }
    }
}
