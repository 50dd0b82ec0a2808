package org.cloister.repo.upstream;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Fails, not ends, beyond its limit. */
final class LimitedStream extends FilterInputStream {
    private final String name;
    private long left;

    LimitedStream(InputStream in, long limit, String name) {
        super(in);
        this.left = limit;
        this.name = name;
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        count(b < 0 ? 0 : 1);
        return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = super.read(bytes, offset, length);
        count(Math.max(n, 0));
        return n;
    }

    private void count(int n) throws IOException {
        left -= n;
        if (left < 0) {
            throw new UpstreamException(UpstreamException.Problem.TOO_LARGE, name + " expands beyond its limit");
        }
    }
}
