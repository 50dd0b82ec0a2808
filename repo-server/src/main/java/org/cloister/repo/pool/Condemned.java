package org.cloister.repo.pool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.cloister.events.Digest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The condemned, as a store keeps them: a line {@code <hex> <time>} for each. */
record Condemned(PoolStore store) {
    private static final Logger LOG = LoggerFactory.getLogger(Condemned.class);
    private static final String FORM = "cloister-condemned 1";

    /** Durable on return. */
    void write(Map<Digest, Instant> marks) throws IOException {
        StringBuilder out = new StringBuilder(FORM).append('\n');
        marks.forEach((digest, since) ->
                out.append(digest.hex()).append(' ').append(since).append('\n'));
        store.keepCondemned(out.toString().getBytes(StandardCharsets.US_ASCII));
    }

    /** None if they can't be understood: then what is condemned next waits from the beginning. */
    Map<Digest, Instant> read() throws IOException {
        byte[] kept = store.condemned().orElse(null);
        return kept == null ? Map.of() : parse(new String(kept, StandardCharsets.US_ASCII));
    }

    private static Map<Digest, Instant> parse(String kept) {
        Map<Digest, Instant> marks = new HashMap<>();
        try {
            String[] lines = kept.split("\n");
            if (!FORM.equals(lines[0])) {
                throw new IllegalArgumentException("its first line isn't " + FORM);
            }
            for (int i = 1; i < lines.length; i++) {
                int space = lines[i].indexOf(' ');
                marks.put(
                        new Digest(lines[i].substring(0, Math.max(0, space))),
                        Instant.parse(lines[i].substring(space + 1)));
            }
            return marks;
        } catch (IllegalArgumentException | DateTimeException e) {
            LOG.warn("the list of the condemned can't be understood; nothing is condemned", e);
            return Map.of();
        }
    }
}
