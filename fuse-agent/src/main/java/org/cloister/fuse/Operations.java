package org.cloister.fuse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.cloister.events.RootName;
import org.cloister.events.layer.Generation;
import org.cloister.fuse.mount.Mount;
import org.cloister.fuse.tree.Change;
import org.cloister.fuse.tree.ShippedFiles;
import org.cloister.fuse.union.GenerationSwitch;
import org.cloister.fuse.union.UnionContent;
import org.cloister.fuse.union.WrittenLayer;

/** What can be asked over the control socket (docs/protocol.md). Safe for several threads. */
final class Operations {
    /** EX_TEMPFAIL of sysexits(3). */
    private static final int SUCCESSOR = 75;

    private volatile boolean handingOver;
    private final FuseAgentConfig config;
    private final Mount mount;
    private final GenerationSwitch generations;
    private final WrittenLayer written;
    private final UnionContent content;
    private final Integrity integrity;

    Operations(
            FuseAgentConfig config,
            Mount mount,
            GenerationSwitch generations,
            WrittenLayer written,
            UnionContent content,
            Integrity integrity) {
        this.config = config;
        this.mount = mount;
        this.generations = generations;
        this.written = written;
        this.content = content;
        this.integrity = integrity;
    }

    ObjectNode answer(JsonNode request) throws IOException {
        String operation = request.path("op").asText();
        return switch (operation) {
            case "ping" -> ping();
            case "switch" -> switchTo(Path.of(required(request, "generation")));
            case "devices" -> devices();
            case "diff" -> diff(required(request, "root"));
            case "reset" -> reset(required(request, "root"), request.path("paths"));
            case "forget" -> forget(new RootName(required(request, "root")));
            case "verify" -> verify(required(request, "root"));
            case "damaged" -> integrity.news(request);
            case "check" -> integrity.check(request);
            case "stats" -> stats();
            case "handover" -> handover();
            default -> ControlSocket.refusal("unknown operation '" + operation + "'");
        };
    }

    private ObjectNode ping() {
        return ControlSocket.success()
                .put("mount", config.mount().toString())
                .put("generation", generations.current().digest().toString())
                .put("adapter", mount.adapter())
                .put("pid", ProcessHandle.current().pid())
                .put("outdated", isOutdated());
    }

    /** What is installed is newer than what runs. */
    private static boolean isOutdated() {
        CodeSource source = Operations.class.getProtectionDomain().getCodeSource();
        Instant started = ProcessHandle.current().info().startInstant().orElse(Instant.MAX);
        try {
            return source != null
                    && Files.getLastModifiedTime(Path.of(source.getLocation().toURI()))
                            .toInstant()
                            .isAfter(started);
        } catch (IOException | URISyntaxException e) {
            return false;
        }
    }

    private ObjectNode switchTo(Path file) throws IOException {
        Generation generation = Generation.parse(Files.readString(file));
        return ControlSocket.success()
                .put("generation", generations.apply(generation).toString());
    }

    private ObjectNode devices() throws IOException {
        generations.followDevices();
        return ControlSocket.success();
    }

    private ObjectNode diff(String root) {
        List<Change> changes = written.diff(root);
        if (changes == null) {
            return noRoot(root);
        }
        ObjectNode answer = ControlSocket.success();
        ChangeJson.write(changes, answer.putArray("changes"));
        return answer;
    }

    private ObjectNode reset(String root, JsonNode paths) throws IOException {
        List<String> chosen = new ArrayList<>();
        for (JsonNode path : paths) {
            chosen.add(ChangeJson.bytes(plain(path.asText())));
        }
        if (!paths.isMissingNode() && chosen.isEmpty()) {
            return ControlSocket.refusal("\"paths\" is empty; leave it out to reset the whole root");
        }
        int removed = written.reset(root, chosen);
        return removed < 0 ? noRoot(root) : ControlSocket.success().put("removed", removed);
    }

    /** Without slashes around it. */
    private static String plain(String path) {
        String plain = path.replaceAll("^/+|/+$", "");
        if (plain.isEmpty()) {
            throw new IllegalArgumentException("a path to reset is relative and names something below the root");
        }
        return plain;
    }

    private ObjectNode forget(RootName root) throws IOException {
        return generations.forget(root)
                ? ControlSocket.success()
                : ControlSocket.refusal("root " + root
                        + " is in the current generation; switch to one without it before forgetting it");
    }

    private ObjectNode verify(String root) throws IOException {
        List<ShippedFiles.File> files = written.shipped(root);
        if (files == null) {
            return noRoot(root);
        }
        return integrity.verify(files);
    }

    /** Ends this process so that the supervisor starts its successor, which may be of another version. Programs notice a pause. */
    private ObjectNode handover() {
        if (config.held() == null) {
            return ControlSocket.refusal(
                    "nobody holds the mount for a successor; start bin/fuse-agent instead of the daemon itself");
        }
        handingOver = true;
        return ControlSocket.success();
    }

    /** The answer that was given last was sent. */
    void answered() {
        if (handingOver) {
            Runtime.getRuntime().halt(SUCCESSOR);
        }
    }

    private ObjectNode stats() {
        ObjectNode answer = ControlSocket.success();
        answer.put("openFiles", content.openFiles());
        answer.put(
                "memory",
                Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        ObjectNode nodes = answer.putObject("writtenNodes");
        written.written().forEach(nodes::put);
        integrity.describe(answer);
        return answer;
    }

    private static ObjectNode noRoot(String root) {
        return ControlSocket.refusal("there is no root '" + root + "' in the current generation");
    }

    static String required(JsonNode request, String field) {
        String value = request.path(field).asText();
        if (value.isEmpty()) {
            throw new IllegalArgumentException("the request needs \"" + field + "\"");
        }
        return value;
    }
}
