package org.cloister.repo.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.cloister.repo.http.AptContent.Cache;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmallFilesTest {
    @TempDir
    Path temp;

    private final Vertx vertx = Vertx.vertx();
    private final SmallFiles files = new SmallFiles(new Workers(vertx, "test", 2, 10));

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private AptContent file(String name, int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        Path file = Files.write(temp.resolve(name), bytes);
        return AptContent.of(file, size, Instant.EPOCH, Cache.IMMUTABLE);
    }

    private AptContent inMemory(AptContent content) throws Exception {
        return files.inMemory(content).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void aSmallFileIsReadOnce() throws Exception {
        AptContent small = file("small", 50_000);
        byte[] bytes = Files.readAllBytes(temp.resolve("small"));
        assertThat(inMemory(small).bytes()).isEqualTo(Buffer.buffer(bytes));
        Files.delete(temp.resolve("small"));
        assertThat(inMemory(small).bytes()).isEqualTo(Buffer.buffer(bytes));
        assertThat(inMemory(small).size()).isEqualTo(small.size());
    }

    @Test
    void aLargeFileStaysOnDiskAndAMissingOneIsAnError() throws Exception {
        assertThat(inMemory(file("large", 200_000)).bytes()).isNull();
        AptContent gone = file("gone", 10);
        Files.delete(temp.resolve("gone"));
        assertThatThrownBy(() -> inMemory(gone)).hasCauseInstanceOf(NoSuchFileException.class);
    }
}
