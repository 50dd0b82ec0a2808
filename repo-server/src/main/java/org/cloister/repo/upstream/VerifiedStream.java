package org.cloister.repo.upstream;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import org.cloister.events.Digest;

/** Fails at its end, not merely ends, if what was read isn't what a digest names; and beyond the size that was announced. */
final class VerifiedStream extends FilterInputStream {
    private final String name;
    private final Digest wanted;
    private final long size;
    private final MessageDigest hash = Digest.sha256();
    private long position;
    private boolean ended;

    VerifiedStream(InputStream in, Digest wanted, long size, String name) {
        super(in);
        this.wanted = wanted;
        this.size = size;
        this.name = name;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n = super.read(bytes, offset, length);
        if (n >= 0) {
            hash.update(bytes, offset, n);
            position += n;
            if (position > size) {
                throw wrong("is longer than " + size + " bytes");
            }
        } else if (!ended) {
            ended = true;
            Digest found = Digest.ofHash(hash.digest());
            if (!found.equals(wanted)) {
                throw wrong("is " + found + ", but the signed Release file says " + wanted);
            }
        }
        return n;
    }

    @Override
    public long skip(long n) {
        throw new UnsupportedOperationException("what is skipped can't be verified");
    }

    private UpstreamException wrong(String what) {
        return new UpstreamException(UpstreamException.Problem.WRONG_CONTENT, name + " " + what);
    }
}
