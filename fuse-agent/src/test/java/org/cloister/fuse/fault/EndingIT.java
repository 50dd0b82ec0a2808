package org.cloister.fuse.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.StoreLayout;
import org.cloister.fuse.fixture.Daemon;
import org.cloister.fuse.fixture.StoreFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is told to end ends within seconds, whatever it is at, and leaves no mount and no process. */
class EndingIT {
    @TempDir
    Path temp;

    private Path state;
    private LayerId first;
    private LayerId second;
    private Daemon daemon;

    @BeforeEach
    void store() throws IOException {
        state = temp.resolve("real/state");
        StoreFixture store = new StoreFixture(Files.createDirectories(state));
        first = store.layer(shipped("first"));
        second = store.layer(shipped("second"));
        store.generation("1", Map.of("a", List.of(first), "b", List.of(second)));
        store.current("1");
    }

    private Path shipped(String content) throws IOException {
        Path layer = Files.createDirectories(temp.resolve(content));
        Files.writeString(layer.resolve("file"), content);
        return layer;
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        if (daemon != null) {
            daemon.close();
        }
    }

    private void endsAndLeavesNothing() throws IOException, InterruptedException {
        daemon.end();
        assertThat(daemon.isMounted()).isFalse();
        assertThat(daemon.log()).doesNotContain("Exception").doesNotContain(" ERROR ");
    }

    @Test
    void afterSomebodyElseUnmountedItWhileFilesWereOpen() throws Exception {
        daemon = Daemon.supervised(state, temp.resolve("mount"), "--mount-adapter", "kernel");
        Path file = daemon.root("a").resolve("written");
        try (FileChannel open = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            open.write(ByteBuffer.wrap(new byte[] {1}));
            new ProcessBuilder("fusermount3", "-u", "-z", daemon.mount().toString())
                    .start()
                    .waitFor();
            assertThat(daemon.isMounted()).isFalse();
            open.write(ByteBuffer.wrap(new byte[] {2}));
            endsAndLeavesNothing();
        }
        daemon.restart();
        assertThat(Files.readAllBytes(file)).containsExactly(1, 2);
    }

    @Test
    void whileRootsAreLoaded() throws Exception {
        try (FaultyDisk disk = FaultyDisk.over(temp.resolve("real"), temp)) {
            disk.hold(StoreLayout.layer(second));
            daemon = Daemon.beginning(disk.directory().resolve("state"), temp.resolve("mount"));
            await().until(() -> Files.exists(daemon.root("a").resolve("file")));
            await().until(() -> disk.held() > 0);
            Files.writeString(daemon.root("a").resolve("written"), "while b is loaded");
            endsAndLeavesNothing();
            disk.mend();
            daemon.restart();
            assertThat(Files.readString(daemon.root("a").resolve("written"))).isEqualTo("while b is loaded");
            assertThat(Files.readString(daemon.root("b").resolve("file"))).isEqualTo("second");
            daemon.end();
        }
    }

    @Test
    void beforeASuccessorServes() throws Exception {
        daemon = Daemon.supervised(state, temp.resolve("mount"), "--mount-adapter", "kernel");
        Files.writeString(daemon.root("a").resolve("written"), "before");
        daemon.killSupervised();
        await().until(() -> daemon.log().contains("starting its successor"));
        endsAndLeavesNothing();
        daemon.restart();
        assertThat(Files.readString(daemon.root("a").resolve("written"))).isEqualTo("before");
    }
}
