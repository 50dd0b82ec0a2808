package org.cloister.fuse.mount;

import com.kenai.jffi.Library;
import java.util.List;
import org.cloister.events.Digest;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 by OpenSSL's libcrypto (EVP_DigestInit_ex(3), versions 1.1 and 3), in place: it is as fast for the first byte as for the
 * last, where Java's is two hundred times slower until the virtual machine has compiled it, and a mount is needed at once.
 */
final class CryptoHashes implements ContentHash.Source {
    private static final List<String> NAMES = List.of("libcrypto.so.3", "libcrypto.so.1.1");
    private static final int BYTES = 32;
    private static final int DONE = 1;

    private final NativeFunction create;
    private final NativeFunction free;
    private final NativeFunction init;
    private final NativeFunction update;
    private final NativeFunction end;
    private final long type;

    private CryptoHashes(Library library) {
        this.create = function(library, "EVP_MD_CTX_new", 0);
        this.free = function(library, "EVP_MD_CTX_free", 1);
        this.init = function(library, "EVP_DigestInit_ex", 3);
        this.update = function(library, "EVP_DigestUpdate", 3);
        this.end = function(library, "EVP_DigestFinal_ex", 3);
        this.type = function(library, "EVP_sha256", 0).call();
    }

    private static NativeFunction function(Library library, String name, int arguments) {
        return NativeFunction.of(library, name, arguments, false);
    }

    /** Null where there is no libcrypto. */
    static @Nullable CryptoHashes load() {
        for (String name : NAMES) {
            Library library = Library.getCachedInstance(name, Library.NOW | Library.LOCAL);
            try {
                if (library != null) {
                    return new CryptoHashes(library);
                }
            } catch (UnsatisfiedLinkError e) {
                continue;
            }
        }
        return null;
    }

    @Override
    public ContentHash begin() {
        long context = create.call();
        if (context == 0 || (int) init.call(context, type, 0) != DONE) {
            free.call(context);
            throw new OutOfMemoryError("no memory for a hash");
        }
        return new Hash(context);
    }

    private final class Hash implements ContentHash {
        private final long context;

        private Hash(long context) {
            this.context = context;
        }

        @Override
        public void update(long address, int count) {
            done((int) update.call(context, address, count));
        }

        @Override
        public Digest digest() {
            long hash = Native.MEMORY.allocateMemory(BYTES, false);
            try {
                done((int) end.call(context, hash, 0));
                byte[] bytes = new byte[BYTES];
                Native.MEMORY.getByteArray(hash, bytes, 0, BYTES);
                return Digest.ofHash(bytes);
            } finally {
                Native.MEMORY.freeMemory(hash);
            }
        }

        private void done(int result) {
            if (result != DONE) {
                throw new IllegalStateException("libcrypto refused to hash");
            }
        }

        @Override
        public void close() {
            free.call(context);
        }
    }
}
