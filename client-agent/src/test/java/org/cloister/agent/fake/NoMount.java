package org.cloister.agent.fake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.cloister.agent.control.Change;
import org.cloister.agent.mount.UnionControl;
import org.cloister.events.Digest;
import org.cloister.events.RootName;
import org.cloister.events.layer.Generation;

/** Remembers what it was told, mounts nothing. */
public final class NoMount implements UnionControl {
    /** Roots whose writable layer was deleted. */
    public final List<RootName> forgotten = new CopyOnWriteArrayList<>();

    private volatile String generation = "";

    @Override
    public Ping ping() {
        return new Ping(Path.of("/"), generation, "none", 1, false);
    }

    @Override
    public void handOver() {}

    @Override
    public Digest switchTo(Path file) throws IOException {
        Digest digest = Generation.parse(Files.readString(file)).digest();
        generation = digest.toString();
        return digest;
    }

    @Override
    public List<Change> diff(RootName root) {
        return List.of();
    }

    @Override
    public long reset(RootName root, List<String> paths) {
        return 0;
    }

    @Override
    public void forget(RootName root) {
        forgotten.add(root);
    }
}
