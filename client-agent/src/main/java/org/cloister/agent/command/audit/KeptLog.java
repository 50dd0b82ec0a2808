package org.cloister.agent.command.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.cloister.agent.command.config.ConfigFile;
import org.cloister.events.Digest;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.log.NoteKey;

/** Remembers, for each log key, how far a log was verified; the next verification must find the same log, only longer. */
public final class KeptLog {
    private static final int FORMAT = 1;

    private final ConfigFile file;
    private final NoteKey key;

    /** @param stateDirectory where the command keeps things; made when there is something to keep */
    public KeptLog(Path stateDirectory, NoteKey key) {
        String name = Digest.ofText(key.text()).hex().substring(0, 16);
        this.file = new ConfigFile(stateDirectory.resolve("log-" + name + ".json"));
        this.key = key;
    }

    /** A verified size of a log. */
    record Kept(Frontier frontier, Instant at) {}

    public Path path() {
        return file.path();
    }

    /** Size 0 where nothing was verified yet. @throws IOException if the file is damaged: forgetting is a decision for people */
    Kept read() throws IOException {
        String text = file.read();
        if (text.isEmpty()) {
            return new Kept(new Frontier(), Instant.EPOCH);
        }
        try {
            JsonNode document = EventCodec.json().readTree(text);
            if (document.path("format").asInt() != FORMAT
                    || !document.path("key").asText().equals(key.text())) {
                throw new IllegalArgumentException("not the format or the key that was expected");
            }
            List<byte[]> subtrees = new ArrayList<>();
            for (JsonNode hash : document.path("subtrees")) {
                subtrees.add(Base64.getDecoder().decode(hash.asText()));
            }
            return new Kept(
                    new Frontier(document.path("size").asLong(-1), subtrees),
                    Instant.parse(document.path("verifiedAt").asText()));
        } catch (IllegalArgumentException | java.time.DateTimeException e) {
            throw new IOException(
                    file.path() + " is damaged (" + e.getMessage() + "); delete it to verify from the first event", e);
        }
    }

    void write(Frontier frontier, Instant at) throws IOException {
        ObjectNode document = EventCodec.json().createObjectNode();
        document.put("format", FORMAT)
                .put("key", key.text())
                .put("size", frontier.size())
                .put("verifiedAt", at.toString());
        ArrayNode subtrees = document.putArray("subtrees");
        frontier.subtrees().forEach(hash -> subtrees.add(Base64.getEncoder().encodeToString(hash)));
        file.write(document.toPrettyString() + "\n");
    }
}
