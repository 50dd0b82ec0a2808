package org.cloister.agent.feed;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Lines of a stream as bytes; empty ones are passed over. One thread. */
final class EventLines {
    private static final int BUFFER = 1 << 18;
    /** Of the event codec, with room for the envelope. */
    private static final int MAX_LINE = 17 << 20;

    private final InputStream in;
    private byte[] buffer = new byte[BUFFER];
    private int start;
    private int end;

    EventLines(InputStream in) {
        this.in = in;
    }

    /**
     * The next line without its end; null after the last one.
     *
     * @throws IOException if a line has no end or is too long
     */
    byte @Nullable [] next() throws IOException {
        int looked = start;
        while (true) {
            for (int i = looked; i < end; i++) {
                if (buffer[i] == '\n') {
                    byte[] line = Arrays.copyOfRange(buffer, start, i);
                    start = i + 1;
                    if (line.length > 0) {
                        return line;
                    }
                }
            }
            looked = end - start;
            if (!fill()) {
                if (start < end) {
                    throw new IOException("the stream of events was cut within a line");
                }
                return null;
            }
        }
    }

    /** Moves what is left to the front and reads more behind it. @return false at the end of the stream */
    private boolean fill() throws IOException {
        System.arraycopy(buffer, start, buffer, 0, end - start);
        end -= start;
        start = 0;
        if (end == buffer.length) {
            if (end >= MAX_LINE) {
                throw new IOException("an event line longer than " + MAX_LINE + " bytes");
            }
            buffer = Arrays.copyOf(buffer, Math.min(MAX_LINE, buffer.length * 2));
        }
        int n = in.read(buffer, end, buffer.length - end);
        if (n > 0) {
            end += n;
        }
        return n >= 0;
    }
}
