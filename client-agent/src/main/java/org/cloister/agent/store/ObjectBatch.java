package org.cloister.agent.store;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.cloister.events.Digest;
import org.jspecify.annotations.Nullable;

/** Reads {@code application/vnd.cloister.objects}. Trusts nothing: not a size, not an end. One thread. */
final class ObjectBatch implements AutoCloseable {
    /** 64 digits, a space, a sign and 19 digits. */
    private static final int MAX_HEADER = 90;

    private static final int BUFFER = 1 << 17;
    private static final int HEX_LENGTH = 64;

    private final InputStream in;

    ObjectBatch(InputStream in) {
        this.in = new BufferedInputStream(in, BUFFER);
    }

    /** @param size -1 if the repository doesn't have it */
    record Header(Digest object, long size) {}

    /**
     * The next object's header, after which the caller reads exactly its size from {@link #content}; null at the proper end.
     *
     * @throws EOFException if the answer was cut
     * @throws IOException if it isn't an answer of this form
     */
    @Nullable
    Header next() throws IOException {
        String line = line();
        if (line.equals("end")) {
            return null;
        }
        int space = line.indexOf(' ');
        if (space != HEX_LENGTH) {
            throw new IOException("not an object header: " + line);
        }
        try {
            long size = Long.parseLong(line.substring(space + 1));
            if (size < -1) {
                throw new IOException("not an object's size: " + line);
            }
            return new Header(new Digest(line.substring(0, space)), size);
        } catch (IllegalArgumentException e) {
            throw new IOException("not an object header: " + line, e);
        }
    }

    InputStream content() {
        return in;
    }

    private String line() throws IOException {
        byte[] line = new byte[MAX_HEADER];
        for (int i = 0; i < MAX_HEADER; i++) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("the answer with objects was cut");
            }
            if (b == '\n') {
                return new String(line, 0, i, StandardCharsets.ISO_8859_1);
            }
            line[i] = (byte) b;
        }
        throw new IOException("an object header longer than " + MAX_HEADER + " bytes");
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
