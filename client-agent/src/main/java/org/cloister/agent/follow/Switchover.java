package org.cloister.agent.follow;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.cloister.agent.mount.UnionControl;
import org.cloister.agent.store.Generations;
import org.cloister.events.Digest;
import org.cloister.events.layer.Generation;

/** Makes a generation the present one: on disk first, then in the union file system. One thread. */
public final class Switchover {
    private final Generations generations;
    private final UnionControl union;

    public Switchover(Generations generations, UnionControl union) {
        this.generations = generations;
        this.union = union;
    }

    /** Does nothing that is done already. @throws IOException if the union doesn't answer; the generation is on disk then */
    void to(Generation generation) throws IOException {
        Optional<Generation> present = generations.current();
        Digest wanted = generation.digest();
        boolean isPresent = present.isPresent() && present.get().digest().equals(wanted);
        Path file = isPresent ? generations.currentFile().orElseThrow() : generations.write(generation);
        if (!union.ping().generation().equals(wanted.toString())) {
            union.switchTo(file);
        }
    }
}
