package org.cloister.agent.command.audit;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.cloister.agent.command.repository.LineReader;
import org.cloister.agent.command.repository.RepositoryApi;
import org.cloister.agent.command.repository.Target;
import org.cloister.events.Position;

/** The log's public surface and its events, undigested. */
record LogReader(RepositoryApi repository) {
    static final int TILE = 256;
    private static final int HASH_BYTES = 32;

    String checkpointNote() throws IOException, InterruptedException {
        return new String(repository.bytes(Target.of("log", "checkpoint")), StandardCharsets.UTF_8);
    }

    /** The events after {@code after} up to {@code to}, in order. */
    void events(long after, long to, LineReader lines) throws IOException, InterruptedException {
        if (to > after) {
            repository.lines(Target.of("v1", "events").with("after", after).with("limit", to - after), lines);
        }
    }

    List<byte[]> consistency(long from, long to) throws IOException, InterruptedException {
        return hashes(repository.get(
                Target.of("log", "proof", "consistency").with("from", from).with("to", to)));
    }

    JsonNode inclusion(Position position, long size) throws IOException, InterruptedException {
        return repository.get(Target.of("log", "proof", "inclusion")
                .with("position", position)
                .with("size", size));
    }

    static List<byte[]> hashes(JsonNode proof) {
        List<byte[]> hashes = new ArrayList<>();
        proof.path("hashes").forEach(hash -> hashes.add(Base64.getDecoder().decode(hash.asText())));
        return hashes;
    }

    /** Up to 256 leaf hashes of a log of {@code size} events, from tile {@code index} (C2SP tlog-tiles). */
    List<byte[]> leaves(long index, long size) throws IOException, InterruptedException {
        byte[] tile = repository.bytes(tile(index, (int) Math.min(TILE, size - index * TILE)));
        List<byte[]> leaves = new ArrayList<>();
        for (int i = 0; i + HASH_BYTES <= tile.length; i += HASH_BYTES) {
            leaves.add(java.util.Arrays.copyOfRange(tile, i, i + HASH_BYTES));
        }
        return leaves;
    }

    /** {@code x001/x234/067}, and {@code .p/<width>} for one that isn't full. */
    static Target tile(long index, int width) {
        List<String> path = new ArrayList<>(List.of("log", "tile", "0"));
        List<String> groups = new ArrayList<>();
        long rest = index;
        do {
            groups.add(0, String.format(java.util.Locale.ROOT, "%03d", rest % 1000));
            rest /= 1000;
        } while (rest > 0);
        for (int i = 0; i < groups.size() - 1; i++) {
            path.add("x" + groups.get(i));
        }
        String last = groups.get(groups.size() - 1);
        if (width == TILE) {
            path.add(last);
        } else {
            path.add(last + ".p");
            path.add(Integer.toString(width));
        }
        return Target.of(path.toArray(String[]::new));
    }
}
