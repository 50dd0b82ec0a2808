package org.cloister.agent.fake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    /** Objects that it was asked to look at; it finds them whole. */
    public final List<Digest> checked = new CopyOnWriteArrayList<>();

    /** What it says when it is asked for damage. */
    public interface DamageSource {
        DamageNews after(String run, long after, Duration wait) throws IOException;
    }

    public volatile DamageSource damage = (run, after, wait) -> new DamageNews(run, after, List.of());

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
    public void followDevices() {}

    @Override
    public List<Change> diff(RootName root) {
        return List.of();
    }

    @Override
    public long reset(RootName root, List<String> paths) {
        return 0;
    }

    @Override
    public DamageNews damaged(String run, long after, Duration wait) throws IOException {
        return damage.after(run, after, wait);
    }

    @Override
    public Set<Digest> check(Map<Digest, Long> objects) {
        checked.addAll(objects.keySet());
        return Set.of();
    }

    @Override
    public Scrub scrub() {
        return new Scrub(0, 0, false, 0, 0, "", 0);
    }

    @Override
    public void forget(RootName root) {
        forgotten.add(root);
    }
}
