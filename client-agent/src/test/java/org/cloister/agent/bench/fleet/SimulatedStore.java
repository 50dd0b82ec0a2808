package org.cloister.agent.bench.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.jspecify.annotations.Nullable;

/** What a simulated host has of the repository's content, and how it gets the rest: as an agent's store does, on the host's context. */
final class SimulatedStore {
    private static final Duration SHORT = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofMinutes(10);

    private final Link work;
    private final Supplier<Map<String, String>> headers;
    private final Set<LayerId> present = new HashSet<>();
    private @Nullable Future<?> gate;

    /** @param headers of a request of this host, another map each time */
    SimulatedStore(Link work, Supplier<Map<String, String>> headers) {
        this.work = work;
        this.headers = headers;
    }

    /** From now on, bodies of objects aren't read before {@code opened} completes. */
    void readsSlowlyUntil(Future<?> opened) {
        gate = opened;
    }

    /** Completes when all that the root needs is here. */
    Future<RootOutcome> prepare(RootTarget target) {
        Closure closure = target.closure();
        return configured(closure).compose(configured -> {
            List<LayerId> layers = new ArrayList<>();
            closure.packages().forEach(member -> layers.add(member.layer()));
            layers.add(configured);
            layers.removeAll(present);
            return fetch(layers).map(v -> new RootOutcome(target.root(), target.requested(), closure.id(), configured));
        });
    }

    /** The layer that everybody uses; whoever comes first offers one. */
    private Future<LayerId> configured(Closure closure) {
        return get("/v1/closures/" + closure.id(), SHORT).compose(answer -> {
            JsonNode known = answer.json().path("configured");
            return known.isTextual() ? Future.succeededFuture(LayerId.parse(known.asText())) : offered(closure);
        });
    }

    private Future<LayerId> offered(Closure closure) {
        Manifest manifest = Manifest.of(List.of(ManifestEntry.directory("var", 0755, 0, 0, FileTime.EPOCH)));
        Map<String, String> own = headers.get();
        own.put("Content-Type", "application/octet-stream");
        Buffer bytes = Buffer.buffer(manifest.canonicalBytes());
        return work.send(HttpMethod.PUT, "/v1/layers/" + manifest.id(), own, bytes, SHORT)
                .map(Answer::successful)
                .compose(put -> {
                    String offer = EventCodec.json()
                            .createObjectNode()
                            .put("layer", manifest.id().toString())
                            .toString();
                    String path = "/v1/closures/" + closure.id() + "/configured";
                    return work.send(HttpMethod.POST, path, commandHeaders(), Buffer.buffer(offer), SHORT);
                })
                .map(Answer::successful)
                .map(answer -> LayerId.parse(answer.json().path("layer").asText()));
    }

    private Map<String, String> commandHeaders() {
        Map<String, String> own = headers.get();
        own.put("Content-Type", "application/json");
        own.put("Idempotency-Key", UUID.randomUUID().toString());
        return own;
    }

    private Future<Void> fetch(List<LayerId> layers) {
        Future<List<Digest>> objects = Future.succeededFuture(new ArrayList<>());
        for (LayerId layer : layers) {
            objects = objects.compose(list -> get("/v1/layers/" + layer, LONG).map(answer -> {
                byte[] bytes = answer.body().getBytes();
                if (!Digest.of(bytes).equals(layer.digest())) {
                    throw new IllegalStateException("a damaged layer");
                }
                Manifest.parse(bytes).entries().stream()
                        .filter(entry -> entry.type() == EntryType.FILE)
                        .forEach(entry -> list.add(entry.object()));
                return list;
            }));
        }
        return objects.compose(this::fetchObjects).map(v -> {
            present.addAll(layers);
            return null;
        });
    }

    private Future<Void> fetchObjects(List<Digest> objects) {
        if (objects.isEmpty()) {
            return Future.succeededFuture();
        }
        ObjectNode body = EventCodec.json().createObjectNode();
        ArrayNode list = body.putArray("objects");
        objects.forEach(object -> list.add(object.toString()));
        Map<String, String> own = headers.get();
        own.put("Content-Type", "application/json");
        return work.send(HttpMethod.POST, "/v1/objects/batch", own, Buffer.buffer(body.toString()), LONG, this::read)
                .map(Answer::successful)
                .map(answer -> {
                    if (!ObjectBatchCheck.holds(answer.body(), objects)) {
                        throw new IllegalStateException("damaged objects");
                    }
                    return null;
                });
    }

    private Future<Buffer> read(HttpClientResponse response) {
        Future<?> opened = gate;
        if (opened == null) {
            return response.body();
        }
        response.pause();
        return opened.compose(v -> {
            Future<Buffer> body = response.body();
            response.resume();
            return body;
        });
    }

    private Future<Answer> get(String path, Duration limit) {
        return work.send(HttpMethod.GET, path, headers.get(), null, limit).map(Answer::successful);
    }
}
