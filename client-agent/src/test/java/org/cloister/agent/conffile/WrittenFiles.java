package org.cloister.agent.conffile;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cloister.agent.control.Change;
import org.cloister.agent.mount.UnionControl;
import org.cloister.events.Digest;
import org.cloister.events.RootName;

/** A union in which was written what a test says. */
final class WrittenFiles implements UnionControl {
    final List<Change> changes = new ArrayList<>();
    final List<String> resets = new ArrayList<>();

    @Override
    public Ping ping() {
        return new Ping(Path.of("/"), "", "none", 1, false);
    }

    @Override
    public void handOver() {}

    @Override
    public Digest switchTo(Path file) {
        return Digest.ofText("");
    }

    @Override
    public void followDevices() {}

    @Override
    public List<Change> diff(RootName root) {
        return List.copyOf(changes);
    }

    @Override
    public long reset(RootName root, List<String> paths) {
        resets.addAll(paths);
        return paths.size();
    }

    @Override
    public DamageNews damaged(String run, long after, Duration wait) {
        return new DamageNews(run, after, List.of());
    }

    @Override
    public Set<Digest> check(Map<Digest, Long> objects) {
        return Set.of();
    }

    @Override
    public Scrub scrub() {
        return new Scrub(0, 0, false, 0, 0, "", 0);
    }

    @Override
    public void forget(RootName root) {}
}
