package org.cloister.fuse.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.Random;
import org.cloister.events.Digest;
import org.junit.jupiter.api.Test;

class ContentHashTest {
    private static final int LARGEST = 1 << 18;

    @Test
    void libcryptoHashesAsJavaDoesHoweverTheBytesAreCut() {
        CryptoHashes crypto = CryptoHashes.load();
        assumeTrue(crypto != null, "this machine has no libcrypto");
        comparesWithJava(crypto);
    }

    @Test
    void javasOwnHashesHoweverTheBytesAreCut() {
        comparesWithJava(new PlatformHashes());
    }

    @Test
    void wholeBytesAsJavaHashesThem() {
        Native host = Native.load();
        for (byte[] bytes : new byte[][] {{}, {1}, new byte[LARGEST]}) {
            assertThat(host.digest(bytes)).isEqualTo(Digest.of(bytes));
        }
    }

    private static void comparesWithJava(ContentHash.Source source) {
        Random random = new Random(7);
        byte[] content = new byte[LARGEST];
        random.nextBytes(content);
        long memory = Native.MEMORY.allocateMemory(LARGEST, false);
        try {
            Native.MEMORY.putByteArray(memory, content, 0, LARGEST);
            for (int size : new int[] {0, 1, 55, 56, 64, 4096, 16_383, 16_385, LARGEST}) {
                try (ContentHash hash = source.begin()) {
                    for (int done = 0; done < size; ) {
                        int count = Math.min(size - done, 1 + random.nextInt(100_000));
                        hash.update(memory + done, count);
                        done += count;
                    }
                    assertThat(hash.digest()).as("%d bytes", size).isEqualTo(Digest.of(Arrays.copyOf(content, size)));
                }
            }
        } finally {
            Native.MEMORY.freeMemory(memory);
        }
    }
}
