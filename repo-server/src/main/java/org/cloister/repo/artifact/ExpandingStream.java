package org.cloister.repo.artifact;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A decompressed member under limits. Failures of the decompressor, whatever their class, are refusals; failures of the disk
 * below stay failures.
 */
public final class ExpandingStream extends InputStream {
    private final SourceFile source;
    private final long start;
    private final String member;
    private final Limit limit;
    private final InputStream expanded;
    private long count;

    /** @param beyond the rule that is broken by expanding beyond {@code bytes} */
    public record Limit(long bytes, Refusal beyond, int ratio, long freeBytes) {}

    public ExpandingStream(SourceFile source, InputStream in, Compression compression, String member, Limit limit)
            throws IOException {
        this.source = source;
        this.start = source.position();
        this.member = member;
        this.limit = limit;
        try {
            this.expanded = compression.open(in);
        } catch (IOException | RuntimeException e) {
            throw translated(e);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int n;
        try {
            n = expanded.read(bytes, offset, length);
        } catch (IOException | RuntimeException e) {
            throw translated(e);
        }
        if (n > 0) {
            count += n;
            checkLimits();
        }
        return n;
    }

    private void checkLimits() throws RefusedException {
        if (count > limit.bytes()) {
            throw new RefusedException(limit.beyond(), member + " expands beyond " + limit.bytes() + " bytes");
        }
        long compressed = source.position() - start;
        if (count > limit.freeBytes() && (count - limit.freeBytes()) / limit.ratio() > compressed) {
            throw new RefusedException(
                    Refusal.SUSPICIOUS_RATIO,
                    member + " expands to " + count + " bytes and more, from only " + compressed + " bytes");
        }
    }

    private IOException translated(Exception e) {
        @Nullable IOException failure = source.failure();
        if (failure != null) {
            return failure;
        }
        if (e instanceof RefusedException refused) {
            return refused;
        }
        Refusal rule = e instanceof EOFException ? Refusal.TRUNCATED : Refusal.CORRUPT_COMPRESSION;
        RefusedException refused = new RefusedException(rule, member + " can't be decompressed: " + e.getMessage());
        refused.initCause(e);
        return refused;
    }

    /** Reads to the end, so that the checksums there are checked. */
    public void drain() throws IOException {
        byte[] rest = new byte[8192];
        while (read(rest, 0, rest.length) >= 0) {
            // only checked
        }
    }

    /** Frees native memory. */
    @Override
    public void close() throws IOException {
        expanded.close();
    }
}
