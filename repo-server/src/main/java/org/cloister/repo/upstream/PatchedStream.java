package org.cloister.repo.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import org.cloister.repo.upstream.EdScript.Change;
import org.jspecify.annotations.Nullable;

/**
 * A file of lines as an {@link EdScript} changes it, while it is read: of the file one buffer is held. It fails if the script
 * names lines that the file doesn't have. Used by one thread.
 */
final class PatchedStream extends InputStream {
    private static final int BUFFER = 1 << 16;

    private final InputStream in;
    private final Iterator<Change> changes;
    private final byte[] buffer = new byte[BUFFER];
    private int next;
    private int filled;
    private long lines;
    private @Nullable Change change;
    private byte[] added = {};
    private int addedNext;

    PatchedStream(InputStream in, EdScript script) {
        this.in = in;
        this.changes = script.changes().iterator();
        this.change = changes.hasNext() ? changes.next() : null;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (addedNext == added.length && change != null && lines == change.after()) {
            carryOut(change);
        }
        if (addedNext < added.length) {
            int n = Math.min(length, added.length - addedNext);
            System.arraycopy(added, addedNext, bytes, offset, n);
            addedNext += n;
            return n;
        }
        return copy(bytes, offset, length);
    }

    private void carryOut(Change due) throws IOException {
        long until = lines + due.removed();
        while (lines < until) {
            require();
            advance(until, filled - next);
        }
        added = due.added();
        addedNext = 0;
        change = changes.hasNext() ? changes.next() : null;
    }

    private int copy(byte[] bytes, int offset, int length) throws IOException {
        if (change == null) {
            return next < filled || fill() ? take(bytes, offset, Math.min(length, filled - next)) : -1;
        }
        require();
        int from = next;
        int n = advance(change.after(), Math.min(length, filled - next));
        System.arraycopy(buffer, from, bytes, offset, n);
        return n;
    }

    private int take(byte[] bytes, int offset, int n) {
        System.arraycopy(buffer, next, bytes, offset, n);
        next += n;
        return n;
    }

    /** Goes on by at most {@code most} bytes, and not beyond the end of line {@code until}. @return the bytes */
    private int advance(long until, int most) {
        int from = next;
        int end = from + most;
        while (next < end && lines < until) {
            if (buffer[next++] == '\n') {
                lines++;
            }
        }
        return next - from;
    }

    private void require() throws IOException {
        if (next == filled && !fill()) {
            throw new UpstreamException(
                    UpstreamException.Problem.MALFORMED,
                    "a patch changes what is after line " + lines + ", where the file ends");
        }
    }

    private boolean fill() throws IOException {
        int n = in.read(buffer, 0, BUFFER);
        next = 0;
        filled = Math.max(n, 0);
        return n > 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
