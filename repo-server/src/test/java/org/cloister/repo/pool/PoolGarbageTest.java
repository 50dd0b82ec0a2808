package org.cloister.repo.pool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.stream.Stream;

class PoolGarbageTest extends PoolGarbageContract {
    @Override
    DirectoryPool open() throws IOException {
        return DirectoryPool.open(directory, Clock.systemUTC());
    }

    @Override
    boolean isThere() {
        return Files.exists(new PoolLayout(directory).object(OBJECT));
    }

    @Override
    boolean nothingIsAside() throws IOException {
        try (Stream<Path> left = Files.list(directory.resolve("removed"))) {
            return left.findAny().isEmpty();
        }
    }

    /** Files have times as exact as the clock. */
    @Override
    void passed() {}

    @Override
    void damageTheCondemned() throws IOException {
        Files.writeString(directory.resolve("condemned"), "cloister-condemned 1\nnonsense");
    }
}
