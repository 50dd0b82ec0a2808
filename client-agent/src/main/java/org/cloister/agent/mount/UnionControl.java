package org.cloister.agent.mount;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    /** On return new opens see the device layers that the file of the state directory names now, on what is mounted. */
    void followDevices() throws IOException;

    /** What was written in a root, parents before children. */
    List<Change> diff(RootName root) throws IOException;

    /** Discards what was written; {@code paths} empty means all of it. */
    long reset(RootName root, List<String> paths) throws IOException;

    /** An object, or the manifest of a layer, that it found damaged, and what was wrong with it in words. */
    record Damage(Digest object, long size, boolean manifest, String found) {}

    /** @param run of its process; numbers begin anew with another one */
    record DamageNews(String run, long after, List<Damage> damaged) {}

    /** What it found damaged since the news {@code after} of {@code run}; waits for some up to {@code wait}. */
    DamageNews damaged(String run, long after, Duration wait) throws IOException;

    /** Makes it look at objects on the disk, and believe what it sees. @return those that are damaged, of their sizes given */
    Set<Digest> check(Map<Digest, Long> objects) throws IOException;

    /**
     * The slow check of all content.
     *
     * @param rate bytes a second, 0 when it is switched off
     * @param pass 0 before the first one
     * @param reading false between passes
     * @param ended when a pass was last done, ISO 8601; empty for never
     * @param damaged objects that are damaged now
     */
    record Scrub(long rate, long pass, boolean reading, long done, long total, String ended, int damaged) {}

    Scrub scrub() throws IOException;

    /** Deletes the writable layer of a root that is in no generation. */
    void forget(RootName root) throws IOException;
}
