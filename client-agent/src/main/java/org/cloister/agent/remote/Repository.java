package org.cloister.agent.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.cloister.agent.control.HostOffer;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.HostId;
import org.cloister.events.Port;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.ClosureId;
import org.cloister.events.layer.HostInventory;
import org.cloister.events.layer.InventoryVerdict;
import org.cloister.events.layer.LayerId;
import org.cloister.events.sign.SignedRoot;
import org.jspecify.annotations.Nullable;

/**
 * The repository's REST interface as an agent uses it ({@code docs/protocol.md}, "REST"). Every method can throw
 * {@link RepositoryProblem} for a refusal and another {@link IOException} where there is no answer. Thread-safe.
 */
public final class Repository {
    private static final Duration SHORT = Duration.ofSeconds(30);
    /** Until the first byte; a large body may take longer. */
    private static final Duration LONG = Duration.ofMinutes(10);

    private static final int NOT_FOUND = 404;
    private static final int MAX_NOTE_BYTES = 64 * 1024;

    private final Connection connection;

    public Repository(Connection connection) {
        this.connection = connection;
    }

    public boolean isReachable() {
        return connection.isReachable();
    }

    public RepositoryStatus status() throws IOException, InterruptedException {
        JsonNode status = json(connection.getText("/v1/status", SHORT));
        String kafka = status.path("kafka").asText("");
        return new RepositoryStatus(
                status.path("epoch").asText(),
                new Position(status.path("head").asLong()),
                kafka.isEmpty() || status.path("kafka").isNull() ? null : kafka);
    }

    /** A host's id and its token. */
    public record Enrolled(HostId host, String token) {}

    public Enrolled enrol(String name, String publicKey, String signature) throws IOException, InterruptedException {
        ObjectNode body = EventCodec.json().createObjectNode();
        body.put("name", name).put("publicKey", publicKey).put("signature", signature);
        JsonNode answer = json(connection.sendJson("POST", "/v1/hosts", body.toString(), null, SHORT));
        return new Enrolled(
                new HostId(answer.path("host").asText()), answer.path("token").asText());
    }

    /** {@code body} as {@code docs/protocol.md} has it; the same key again does nothing twice. */
    public void report(HostId host, String body, String idempotencyKey) throws IOException, InterruptedException {
        String path = "/v1/hosts/" + host + "/reports";
        connection.sendJson("POST", path, body, idempotencyKey, SHORT);
    }

    /**
     * Has what is on this host's disk compared with its events.
     *
     * @param explained whether the inventory itself is sent, or its digest only
     * @throws IOException also if the verdict isn't understood: a newer repository's
     */
    public InventoryVerdict compareInventory(
            HostId host, Position asOf, HostInventory inventory, String signature, boolean explained)
            throws IOException, InterruptedException {
        ObjectNode body = EventCodec.json().createObjectNode();
        body.put("position", asOf.value())
                .put("digest", inventory.digest().toString())
                .put("signature", signature);
        if (explained) {
            body.put("inventory", inventory.text());
        }
        String path = "/v1/hosts/" + host + "/inventories";
        String key = UUID.randomUUID().toString();
        String verdict = json(connection.sendJson("POST", path, body.toString(), key, SHORT))
                .path("verdict")
                .asText();
        try {
            return InventoryVerdict.of(verdict);
        } catch (IllegalArgumentException e) {
            throw new IOException("the repository's verdict on this disk isn't understood: " + verdict, e);
        }
    }

    /** A root of this host wants ports. @return up to which position events must be heard to know what became of it */
    public Position lease(
            HostId host,
            RootName root,
            PortSource source,
            Collection<Port> ports,
            HostOffer offer,
            String idempotencyKey)
            throws IOException, InterruptedException {
        ObjectNode body = EventCodec.json().createObjectNode();
        body.put("root", root.text()).put("source", source.name().toLowerCase(Locale.ROOT));
        ArrayNode wanted = body.putArray("ports");
        ports.forEach(port -> wanted.add(port.toString()));
        ArrayNode occupied = body.putArray("occupied");
        offer.occupied().forEach(port -> occupied.add(port.toString()));
        body.put("lowest", offer.lowest());
        String path = "/v1/hosts/" + host + "/leases";
        JsonNode answer = json(connection.sendJson("POST", path, body.toString(), idempotencyKey, SHORT));
        return new Position(answer.path("position").asLong());
    }

    /** Recorded events as NDJSON; the caller closes the body. */
    public HttpResponse<InputStream> events(Position after, HostId host, long limit, Duration wait)
            throws IOException, InterruptedException {
        String path =
                "/v1/events?after=" + after + "&stream=host:" + host + "&limit=" + limit + "&wait=" + wait.toSeconds();
        return connection.stream(
                connection.request(path, wait.plus(SHORT)).GET().build());
    }

    /** The batch of {@code docs/protocol.md}, "Object batch"; the caller closes it. */
    public InputStream objects(Collection<Digest> wanted) throws IOException, InterruptedException {
        ObjectNode body = EventCodec.json().createObjectNode();
        ArrayNode list = body.putArray("objects");
        wanted.forEach(digest -> list.add(digest.toString()));
        HttpRequest request = connection
                .request("/v1/objects/batch", LONG)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString()))
                .build();
        return connection.stream(request).body();
    }

    /** A manifest's bytes, not yet checked. */
    public byte[] layer(LayerId layer, int maxBytes) throws IOException, InterruptedException {
        HttpRequest request =
                connection.request("/v1/layers/" + layer, LONG).GET().build();
        try (InputStream in = connection.stream(request).body()) {
            return in.readNBytes(maxBytes);
        }
    }

    public void putObject(Digest digest, Path content) throws IOException, InterruptedException {
        connection.put("/v1/objects/" + digest, BodyPublishers.ofFile(content), LONG);
    }

    public void putLayer(LayerId layer, byte[] manifest) throws IOException, InterruptedException {
        connection.put("/v1/layers/" + layer, BodyPublishers.ofByteArray(manifest), LONG);
    }

    /** The configured layer of a closure, or null if nobody configured it yet. */
    public @Nullable LayerId configured(ClosureId closure) throws IOException, InterruptedException {
        try {
            JsonNode answer = json(connection.getText("/v1/closures/" + closure, SHORT));
            return answer.hasNonNull("configured")
                    ? LayerId.parse(answer.path("configured").asText())
                    : null;
        } catch (RepositoryProblem e) {
            if (e.status() == NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }

    /** Offers a configured layer. @return the one that everybody uses, which another may have offered first */
    public LayerId offerConfigured(ClosureId closure, LayerId layer, String idempotencyKey)
            throws IOException, InterruptedException {
        String body = EventCodec.json()
                .createObjectNode()
                .put("layer", layer.toString())
                .toString();
        String path = "/v1/closures/" + closure + "/configured";
        JsonNode answer = json(connection.sendJson("POST", path, body, idempotencyKey, SHORT));
        return LayerId.parse(answer.path("layer").asText());
    }

    /** The organization's ids, by {@code user:NAME} and {@code group:NAME}. */
    public Map<String, Integer> registerUsers(List<String> users, List<String> groups)
            throws IOException, InterruptedException {
        ObjectNode body = EventCodec.json().createObjectNode();
        ArrayNode names = body.putArray("names");
        users.forEach(name -> names.addObject().put("name", name).put("kind", "user"));
        groups.forEach(name -> names.addObject().put("name", name).put("kind", "group"));
        JsonNode answer = json(connection.sendJson("POST", "/v1/users", body.toString(), null, SHORT));
        Map<String, Integer> ids = new LinkedHashMap<>();
        answer.path("ids")
                .fields()
                .forEachRemaining(id -> ids.put(id.getKey(), id.getValue().asInt()));
        return ids;
    }

    /** The control paragraph of a published package. */
    public PackageControl control(PackageId id) throws IOException, InterruptedException {
        JsonNode answer = json(connection.getText("/v1/packages/" + id.name(), SHORT));
        for (JsonNode version : answer.path("versions")) {
            if (version.path("version").asText().equals(id.version().toString())
                    && version.path("architecture")
                            .asText()
                            .equals(id.architecture().toString())) {
                Map<String, String> fields = new LinkedHashMap<>();
                version.path("fields")
                        .fields()
                        .forEachRemaining(field ->
                                fields.put(field.getKey(), field.getValue().asText()));
                return new PackageControl(fields);
            }
        }
        throw new IOException("the repository doesn't have " + id);
    }

    /** The log's verifier key. */
    public String logKey() throws IOException, InterruptedException {
        return connection.getText("/log/key", SHORT).strip();
    }

    /** The trust root of that version, or empty if the repository has none; one that knows no roots has none. */
    public Optional<String> trustRoot(int version) throws IOException, InterruptedException {
        return found("/v1/trust/roots/" + version, SignedRoot.MAX_LENGTH);
    }

    /** What the repository says of itself now, signed, or empty if it refuses that. */
    public Optional<String> logTimeStamp() throws IOException, InterruptedException {
        return found("/log/timestamp", MAX_NOTE_BYTES);
    }

    private Optional<String> found(String path, int limit) throws IOException, InterruptedException {
        try {
            return Optional.of(connection.getText(path, SHORT, limit));
        } catch (RepositoryProblem e) {
            if (e.status() == NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The log's signed checkpoint. */
    public String logCheckpoint() throws IOException, InterruptedException {
        return connection.getText("/log/checkpoint", SHORT);
    }

    /** The hashes of a consistency proof (RFC 6962, section 2.1.2). */
    public List<byte[]> logConsistency(long from, long to) throws IOException, InterruptedException {
        JsonNode answer = json(connection.getText("/log/proof/consistency?from=" + from + "&to=" + to, SHORT));
        List<byte[]> hashes = new ArrayList<>();
        answer.path("hashes").forEach(hash -> hashes.add(Base64.getDecoder().decode(hash.asText())));
        return hashes;
    }

    private static JsonNode json(String text) throws IOException {
        JsonNode node = EventCodec.json().readTree(text);
        if (node == null || !node.isObject()) {
            throw new IOException("the repository's answer is no JSON object");
        }
        return node;
    }
}
