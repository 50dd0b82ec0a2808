package org.cloister.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.cloister.agent.drift.DiskInventory;
import org.cloister.agent.store.Generations;

/** Where this agent keeps what is compared with the record. */
record DriftPlaces(Generations generations, Path mount, AlteredLaunchers launchers) implements DiskInventory.Places {
    /** Asks whoever writes the launchers. */
    @FunctionalInterface
    interface AlteredLaunchers {
        List<Path> list() throws IOException;
    }

    @Override
    public Optional<Path> generation() throws IOException {
        return generations.currentFile();
    }

    @Override
    public List<Path> alteredLaunchers() throws IOException {
        return launchers.list();
    }
}
