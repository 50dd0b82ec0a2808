package org.cloister.repo.pool;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.cloister.events.Digest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The condemned, on disk: a line {@code <hex> <time>} for each. Written whole, or not at all. */
record Condemned(PoolLayout layout) {
    private static final Logger LOG = LoggerFactory.getLogger(Condemned.class);
    private static final String FORM = "cloister-condemned 1";

    /** Durable on return. */
    void write(Map<Digest, Instant> marks) throws IOException {
        Path partial = layout.condemned().resolveSibling("condemned.partial");
        try (BufferedWriter out = Files.newBufferedWriter(partial)) {
            out.write(FORM + "\n");
            for (Map.Entry<Digest, Instant> mark : marks.entrySet()) {
                out.write(mark.getKey().hex() + ' ' + mark.getValue() + '\n');
            }
        }
        Durability.force(partial);
        Files.move(partial, layout.condemned(), StandardCopyOption.ATOMIC_MOVE);
        Durability.force(layout.root());
    }

    /** None if the file can't be understood: then what is condemned next waits from the beginning. */
    Map<Digest, Instant> read() throws IOException {
        Map<Digest, Instant> marks = new HashMap<>();
        if (!Files.exists(layout.condemned())) {
            return marks;
        }
        try (BufferedReader in = Files.newBufferedReader(layout.condemned())) {
            if (!FORM.equals(in.readLine())) {
                throw new IllegalArgumentException("its first line isn't " + FORM);
            }
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                int space = line.indexOf(' ');
                marks.put(new Digest(line.substring(0, Math.max(0, space))), Instant.parse(line.substring(space + 1)));
            }
            return marks;
        } catch (IllegalArgumentException | DateTimeException e) {
            LOG.warn("{} can't be understood; nothing is condemned", layout.condemned(), e);
            return Map.of();
        }
    }
}
