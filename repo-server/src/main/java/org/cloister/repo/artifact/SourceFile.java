package org.cloister.repo.artifact;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.cloister.events.Digest;
import org.jspecify.annotations.Nullable;

/** The package file, read once from the beginning to the end: counted, hashed, its own failures remembered. */
public final class SourceFile extends InputStream {
    private static final int BUFFER = 64 * 1024;

    private final InputStream in;
    private final MessageDigest hash = Digest.sha256();
    private long position;
    private @Nullable IOException failure;

    public SourceFile(Path path) throws IOException {
        in = new BufferedInputStream(Files.newInputStream(path), BUFFER);
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
            n = in.read(bytes, offset, length);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
        if (n > 0) {
            hash.update(bytes, offset, n);
            position += n;
        }
        return n;
    }

    /** Bytes read so far. */
    public long position() {
        return position;
    }

    /** That the disk failed, which says nothing about the package; null if it didn't. */
    @Nullable
    public IOException failure() {
        return failure;
    }

    /** Reads what is left. @return the digest of the whole file */
    public Digest finish() throws IOException {
        byte[] rest = new byte[BUFFER];
        while (read(rest, 0, rest.length) >= 0) {
            // only hashed
        }
        return Digest.ofHash(hash.digest());
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
