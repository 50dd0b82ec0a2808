package org.cloister.agent.mount;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.cloister.agent.control.Change;
import org.cloister.events.Digest;
import org.cloister.events.RootName;

/**
 * What the union file system can be told ({@code docs/protocol.md}, "Control socket of fuse-agent"). An IOException means that
 * it doesn't answer or refused; its message is for people. Thread-safe.
 */
public interface UnionControl {
    /**
     * What it says of itself.
     *
     * @param outdated a newer program is installed than the one that runs
     */
    record Ping(Path mount, String generation, String adapter, long pid, boolean outdated) {}

    Ping ping() throws IOException;

    /** The program that is installed takes the place of the one that runs; programs in roots notice a pause. */
    void handOver() throws IOException;

    /** On return new opens see the generation in {@code file}. */
    Digest switchTo(Path file) throws IOException;

    /** What was written in a root, parents before children. */
    List<Change> diff(RootName root) throws IOException;

    /** Discards what was written; {@code paths} empty means all of it. */
    long reset(RootName root, List<String> paths) throws IOException;

    /** Deletes the writable layer of a root that is in no generation. */
    void forget(RootName root) throws IOException;
}
