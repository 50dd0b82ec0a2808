package org.cloister.repo.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.cloister.events.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolScrubTest {
    @TempDir
    private Path directory = Path.of("");

    private final AtomicLong paced = new AtomicLong();
    private final AtomicLong whole = new AtomicLong();
    private final List<String> damaged = new ArrayList<>();

    private void scrub() throws Exception {
        new PoolScrub(directory, paced::addAndGet).run(new PoolScrub.Listener() {
            @Override
            public void whole(long bytes) {
                whole.addAndGet(bytes);
            }

            @Override
            public void damaged(String path, long bytes, String reason) {
                damaged.add(path + ": " + reason);
            }
        });
    }

    @Test
    void everyChangedByteIsFoundAndItsFileNamed() throws Exception {
        List<Digest> stored = new ArrayList<>();
        try (DirectoryPool pool = DirectoryPool.open(directory, Clock.systemUTC())) {
            for (int i = 0; i < 50; i++) {
                byte[] content = ("object " + i).getBytes(StandardCharsets.UTF_8);
                stored.add(Digest.of(content));
                pool.putObject(Digest.of(content), new ByteArrayInputStream(content));
            }
        }
        scrub();
        assertThat(damaged).isEmpty();
        assertThat(whole.get()).isEqualTo(paced.get()).isEqualTo(10 * 8 + 40 * 9);

        Path file = new PoolLayout(directory).object(stored.get(17));
        byte[] content = Files.readAllBytes(file);
        content[3] ^= 1;
        assertThat(file.toFile().setWritable(true)).isTrue();
        Files.write(file, content);
        scrub();
        assertThat(damaged)
                .singleElement()
                .asString()
                .startsWith(directory.relativize(file) + ": its content has the digest sha256:");
    }

    @Test
    void aPoolWithNothingInItIsWhole() throws Exception {
        scrub();
        assertThat(damaged).isEmpty();
    }
}
