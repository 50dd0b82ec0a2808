package org.cloister.agent.command.repository;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** Takes the lines of a stream, without their ends, each at most 32 MiB. */
@FunctionalInterface
public interface LineReader {
    /** An event with a closure of 20,000 packages is about 5 MB. */
    int MAX_LINE_BYTES = 32 * 1024 * 1024;

    /** Returns false to read no further. */
    boolean line(byte[] line) throws IOException;

    /** Reads to the end of {@code in}, which is buffered. @throws IOException if a line is too long */
    default void readAll(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] chunk = new byte[64 * 1024];
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            int start = 0;
            for (int i = 0; i < read; i++) {
                if (chunk[i] == '\n') {
                    line.write(chunk, start, i - start);
                    start = i + 1;
                    if (line.size() > 0 && !line(line.toByteArray())) {
                        return;
                    }
                    line.reset();
                }
            }
            line.write(chunk, start, read - start);
            if (line.size() > MAX_LINE_BYTES) {
                throw new IOException("a line of more than " + MAX_LINE_BYTES + " bytes");
            }
        }
        if (line.size() > 0) {
            line(line.toByteArray());
        }
    }
}
