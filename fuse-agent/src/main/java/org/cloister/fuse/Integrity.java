package org.cloister.fuse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.cloister.events.Digest;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.FuseAgentConfig.Scrubbing;
import org.cloister.fuse.integrity.DamageLog;
import org.cloister.fuse.integrity.DamageLog.Damage;
import org.cloister.fuse.integrity.ObjectProbe;
import org.cloister.fuse.integrity.Scrub;
import org.cloister.fuse.integrity.Throttle;
import org.cloister.fuse.mount.Native;
import org.cloister.fuse.tree.LoadedFiles;
import org.cloister.fuse.tree.Numbers;
import org.cloister.fuse.tree.ShippedFiles;
import org.cloister.fuse.union.ShownObjects;
import org.jspecify.annotations.Nullable;

/** Shipped content as the control socket sees it: what is damaged, looking again, and the scrub. Safe for several threads. */
final class Integrity {
    /** Of one answer, and of one request to check. */
    static final int MAX_OBJECTS = 1_000;

    static final long MAX_WAIT_MILLIS = 60_000;
    /** The agent is one. */
    private static final int MAX_WAITING = 4;
    /** nice(2): everybody else goes first. */
    private static final int LEAST_PRIORITY = 19;

    /** Told with each answer, because numbers begin anew when this process does. */
    private final String run = UUID.randomUUID().toString();

    private final DamageLog damage;
    private final ObjectProbe probe;
    private final Scrub.Manifests manifests;
    private final ShownObjects shown;
    private final Scrubbing wanted;
    private final @Nullable Scrub scrub;
    private final Semaphore waiting = new Semaphore(MAX_WAITING);

    Integrity(
            Scrubbing wanted,
            DamageLog damage,
            ObjectProbe probe,
            Scrub.Manifests manifests,
            ShownObjects shown,
            Numbers numbers) {
        this.manifests = manifests;
        this.damage = damage;
        this.probe = probe;
        this.shown = shown;
        this.wanted = wanted;
        this.scrub = wanted.bytesPerSecond() == 0
                ? null
                : new Scrub(
                        new LoadedFiles(numbers),
                        probe,
                        manifests,
                        wanted.bytesPerSecond(),
                        wanted.pause(),
                        TimeUnit.NANOSECONDS::sleep,
                        Clock.systemUTC(),
                        ThreadLocalRandom.current().nextDouble());
    }

    void start(Native host) {
        daemon("damage", this::forgetDamaged);
        Scrub made = scrub;
        if (made != null) {
            daemon("scrub", () -> {
                host.libc().setpriority(0, 0, LEAST_PRIORITY);
                made.run();
            });
        }
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** What the kernel keeps of a damaged object must not be given to anybody. */
    private void forgetDamaged() {
        long after = 0;
        try {
            while (true) {
                List<Damage> news = damage.await(after, MAX_OBJECTS, MAX_WAIT_MILLIS);
                if (!news.isEmpty()) {
                    Set<Digest> objects = news.stream().map(Damage::object).collect(Collectors.toSet());
                    shown.forget(objects);
                    after = news.get(news.size() - 1).number();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@code damaged}: waits for news. */
    ObjectNode news(JsonNode request) throws IOException {
        long after =
                request.path("run").asText().equals(run) ? request.path("after").asLong() : 0;
        long wait =
                Math.max(0, Math.min(MAX_WAIT_MILLIS, request.path("waitMillis").asLong()));
        if (!waiting.tryAcquire()) {
            return ControlSocket.refusal(MAX_WAITING + " wait for damage already; ask without \"waitMillis\"");
        }
        try {
            ObjectNode answer = ControlSocket.success().put("run", run);
            ArrayNode list = answer.putArray("damaged");
            Set<LayerId> layers = manifests.layers().get();
            for (Damage one : damage.await(after, MAX_OBJECTS, wait)) {
                after = one.number();
                LayerId layer = new LayerId(one.object());
                boolean manifest = layers.contains(layer);
                if (manifest && manifests.probe().isManifestWhole(layer, Throttle.NONE)) {
                    continue;
                }
                ObjectNode told = list.addObject()
                        .put("object", one.object().toString())
                        .put("size", one.size())
                        .put("found", one.finding().words());
                if (manifest) {
                    told.put("manifest", true);
                }
            }
            return answer.put("after", after);
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            waiting.release();
        }
    }

    /**
     * {@code check}: looks at objects on the disk, because somebody knows better than we do. The kernel asks for them anew either
     * way: it may have kept what a predecessor of this process gave it.
     */
    ObjectNode check(JsonNode request) throws IOException {
        JsonNode objects = request.path("objects");
        if (!objects.isArray() || objects.size() > MAX_OBJECTS) {
            throw new IllegalArgumentException("\"objects\" is a list of at most " + MAX_OBJECTS + " objects");
        }
        ObjectNode answer = ControlSocket.success();
        ArrayNode damaged = answer.putArray("damaged");
        Set<Digest> asked = new HashSet<>();
        for (JsonNode object : objects) {
            Digest digest = Digest.parse(Operations.required(object, "object"));
            asked.add(digest);
            if (!isWhole(digest, object.path("size").asLong())) {
                damaged.add(digest.toString());
            }
        }
        shown.forget(asked);
        return answer;
    }

    private boolean isWhole(Digest object, long size) throws IOException {
        try {
            return probe.isWhole(object, size, Throttle.NONE);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static IOException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IOException("the union file system is ending", e);
    }

    ObjectNode verify(List<ShippedFiles.File> files) throws IOException {
        ObjectNode answer = ControlSocket.success();
        ArrayNode damaged = answer.putArray("damaged");
        Map<Digest, Boolean> seen = new HashMap<>();
        long bytes = 0;
        for (ShippedFiles.File file : files) {
            bytes += file.size();
            Boolean whole = seen.get(file.object());
            if (whole == null) {
                whole = isWhole(file.object(), file.size());
                seen.put(file.object(), whole);
            }
            if (!whole) {
                ObjectNode one = damaged.addObject().put("object", file.object().toString());
                ChangeJson.path(one, "path", file.path());
            }
        }
        return answer.put("checked", files.size()).put("bytes", bytes);
    }

    /** For {@code stats}. */
    void describe(ObjectNode answer) {
        ArrayNode damaged = answer.putArray("damaged");
        damage.damaged().forEach(object -> damaged.add(object.toString()));
        ObjectNode json = answer.putObject("scrub").put("rate", wanted.bytesPerSecond());
        if (scrub != null) {
            Scrub.Progress now = scrub.progress();
            json.put("pass", now.pass())
                    .put("reading", now.reading())
                    .put("done", now.done())
                    .put("total", now.total())
                    .put("objects", now.objects())
                    .put("found", now.found());
            if (now.ended() != null) {
                json.put("ended", now.ended().toString());
            }
        }
    }
}
