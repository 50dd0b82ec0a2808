package org.cloister.repo.artifact;

import java.io.IOException;
import java.io.InputStream;

/** What an archive is read from: headers, and the content of one entry after the other. Of one thread. */
public final class ArchiveInput {
    private static final int BUFFER = 8192;

    private final InputStream in;
    private final String cut;
    private long position;
    private long left;

    /** @param cut what is said where the archive ends within an entry */
    public ArchiveInput(InputStream in, String cut) {
        this.in = in;
        this.cut = cut;
    }

    /** Bytes that were read or skipped so far. */
    public long position() {
        return position;
    }

    /** Fewer than {@code length} only at the end. */
    public byte[] upTo(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        position += bytes.length;
        return bytes;
    }

    public byte[] exactly(int length) throws IOException {
        byte[] bytes = upTo(length);
        if (bytes.length < length) {
            throw cut();
        }
        return bytes;
    }

    /** An entry's content of {@code size} bytes is next. */
    public void begin(long size) {
        left = size;
    }

    /** What was left of the entry's content is passed over. */
    public void end() throws IOException {
        skip(left);
        left = 0;
    }

    public void skip(long bytes) throws IOException {
        long rest = bytes;
        byte[] buffer = new byte[BUFFER];
        while (rest > 0) {
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, rest));
            if (n < 0) {
                throw cut();
            }
            position += n;
            rest -= n;
        }
    }

    private RefusedException cut() {
        return new RefusedException(Refusal.TRUNCATED, cut);
    }

    /** The entry's content; reading past a cut is refused. */
    public InputStream content() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (length == 0 || left == 0) {
                    return length == 0 ? 0 : -1;
                }
                int n = in.read(bytes, offset, (int) Math.min(length, left));
                if (n < 0) {
                    throw cut();
                }
                position += n;
                left -= n;
                return n;
            }
        };
    }
}
