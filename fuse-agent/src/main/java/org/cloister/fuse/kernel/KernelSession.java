package org.cloister.fuse.kernel;

import java.io.IOException;
import java.util.List;
import org.cloister.fuse.session.Journals;
import org.cloister.fuse.session.SessionMemory;
import org.cloister.fuse.session.SessionMemory.Word;
import org.cloister.fuse.session.WorkerMemory;

/**
 * What a supervisor holds of one mount, so that a daemon that was killed has a successor.
 *
 * @param workers one for each descriptor
 * @param spare beyond those
 * @param devices descriptors of {@code /dev/fuse}, one for each worker: not mounted yet, or those of a predecessor's
 *     mount; empty where nobody succeeds this process
 */
public record KernelSession(
        SessionMemory memory, List<WorkerMemory> workers, List<WorkerMemory> spare, List<Integer> devices) {
    /** Enough to keep two cores busy while some wait for the disk. */
    private static final int WORKERS = 6;

    /** Spare ones included: as many requests may wait for a disk that does not answer before everything does. Each takes two mebibytes then. */
    static final int MAX_WORKERS = 64;

    /** Before anything is published in {@code journals}: workers find what their predecessors had in hands. */
    public static KernelSession of(SessionMemory memory, Journals journals, List<Integer> devices) throws IOException {
        int workers = devices.isEmpty() ? WORKERS : devices.size();
        List<WorkerMemory> all =
                WorkerMemory.of(memory, journals::published, workers, MAX_WORKERS - workers, Exchange.MEMORY);
        return new KernelSession(
                memory, all.subList(0, workers), all.subList(workers, all.size()), List.copyOf(devices));
    }

    /** A predecessor was serving the mount. */
    public boolean isServed() {
        return memory.get(Word.SERVING) != 0;
    }
}
