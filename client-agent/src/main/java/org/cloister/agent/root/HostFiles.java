package org.cloister.agent.root;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of those few files of the host that a running root needs, kept as the host has them. A root sees their directory, so
 * it sees a change too, which it wouldn't see through a mount of a single file that the host replaces.
 */
public final class HostFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HostFiles.class);
    private static final List<String> NAMES = List.of("resolv.conf", "hosts", "hostname", "localtime");
    private static final int LOOK_SECONDS = 2;

    private final Path from;
    private final Path to;
    private final Map<String, FileTime> copied = new HashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "host-files");
        thread.setDaemon(true);
        return thread;
    });

    public HostFiles(Path from, Path to) {
        this.from = from;
        this.to = to;
    }

    /** Copies now, and again when a file changes. */
    public void start() throws IOException {
        Files.createDirectories(to);
        look();
        var unused = timer.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        for (String name : NAMES) {
            try {
                copy(name);
            } catch (IOException e) {
                LOG.warn("{}: {}", from.resolve(name), e.toString());
            }
        }
    }

    private synchronized void copy(String name) throws IOException {
        Path source = from.resolve(name);
        if (!Files.exists(source)) {
            Files.deleteIfExists(to.resolve(name));
            copied.remove(name);
            return;
        }
        FileTime time = Files.getLastModifiedTime(source);
        if (!time.equals(copied.get(name))) {
            Path fresh = to.resolve("." + name);
            Files.write(fresh, Files.readAllBytes(source));
            Files.move(fresh, to.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            copied.put(name, time);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
