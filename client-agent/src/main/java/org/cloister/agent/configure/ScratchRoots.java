package org.cloister.agent.configure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cloister.agent.control.Change;
import org.cloister.agent.mount.UnionControl;
import org.cloister.agent.store.Generations;
import org.cloister.events.RootName;
import org.cloister.events.layer.ClosureId;
import org.cloister.events.layer.Generation;
import org.cloister.events.layer.LayerId;

/** Roots that exist for a while beside those of the present generation. One at a time, on the thread that carries out requests. */
public final class ScratchRoots {
    private static final int SHORT_DIGEST = 12;

    private final Generations generations;
    private final UnionControl union;

    public ScratchRoots(Generations generations, UnionControl union) {
        this.generations = generations;
        this.union = union;
    }

    /** Appears with nothing written in it, whatever an earlier attempt left. */
    Scratch open(ClosureId closure, List<LayerId> layers) throws IOException {
        RootName name = new RootName(".build-" + closure.digest().hex().substring(0, SHORT_DIGEST));
        Generation present = generations.current().orElse(Generation.empty());
        List<Generation.Root> roots = new ArrayList<>(present.roots());
        roots.add(new Generation.Root(name, layers));
        union.switchTo(generations.writeScratch(new Generation(present.position(), roots)));
        union.reset(name, List.of());
        return new Scratch(name, union.ping().mount().resolve(name.text()));
    }

    /** A root in which a closure is configured; nothing stays of it when it is closed. */
    final class Scratch implements AutoCloseable {
        private final RootName name;
        private final Path path;

        private Scratch(RootName name, Path path) {
            this.name = name;
            this.path = path;
        }

        Path path() {
            return path;
        }

        List<Change> changes() throws IOException {
            return union.diff(name);
        }

        @Override
        public void close() throws IOException {
            Path present = generations.currentFile().orElse(null);
            union.switchTo(present != null ? present : generations.writeScratch(Generation.empty()));
            union.forget(name);
        }
    }
}
