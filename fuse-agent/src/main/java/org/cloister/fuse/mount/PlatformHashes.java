package org.cloister.fuse.mount;

import java.security.MessageDigest;
import org.cloister.events.Digest;

/** SHA-256 by the Java platform, which always has it. */
final class PlatformHashes implements ContentHash.Source {
    private static final int BLOCK = 1 << 14;

    @Override
    public ContentHash begin() {
        return new Hash();
    }

    private static final class Hash implements ContentHash {
        private final MessageDigest hash = Digest.sha256();
        private final byte[] block = new byte[BLOCK];

        @Override
        public void update(long address, int count) {
            for (int done = 0; done < count; done += BLOCK) {
                int part = Math.min(BLOCK, count - done);
                Native.MEMORY.getByteArray(address + done, block, 0, part);
                hash.update(block, 0, part);
            }
        }

        @Override
        public Digest digest() {
            return Digest.ofHash(hash.digest());
        }

        @Override
        public void close() {}
    }
}
