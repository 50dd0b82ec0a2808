package org.cloister.fuse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cloister.events.layer.Generation;
import org.cloister.fuse.union.GenerationSwitch;

/** What can be asked over the control socket. */
final class Operations {
    private final FuseAgentConfig config;
    private final GenerationSwitch generations;

    Operations(FuseAgentConfig config, GenerationSwitch generations) {
        this.config = config;
        this.generations = generations;
    }

    ObjectNode answer(JsonNode request) throws IOException {
        String operation = request.path("op").asText();
        return switch (operation) {
            case "ping" -> ping();
            case "switch" -> switchTo(Path.of(required(request, "generation")));
            default -> ControlSocket.refusal("unknown operation '" + operation + "'");
        };
    }

    private ObjectNode ping() {
        return ControlSocket.success()
                .put("mount", config.mount().toString())
                .put("generation", generations.current().digest().toString())
                .put("adapter", "jnr-fuse")
                .put("pid", ProcessHandle.current().pid());
    }

    private ObjectNode switchTo(Path file) throws IOException {
        Generation generation = Generation.parse(Files.readString(file));
        return ControlSocket.success()
                .put("generation", generations.apply(generation).toString());
    }

    static String required(JsonNode request, String field) {
        String value = request.path(field).asText();
        if (value.isEmpty()) {
            throw new IllegalArgumentException("the request needs \"" + field + "\"");
        }
        return value;
    }
}
