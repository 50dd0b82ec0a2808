package org.cloister.fuse.integrity;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.tree.LoadedFiles;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every manifest, and every object that a layer of a root uses, again and again, slowly: a byte that rots on the disk is found within about one
 * pass. The first pass begins anywhere, so that a process which never lives through a whole one still looks at everything in the
 * long run. {@link #run} is for a thread of its own; {@link #progress} for all.
 */
public final class Scrub implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Scrub.class);
    /** What starts has better things to do at first. */
    private static final Duration SETTLING = Duration.ofMinutes(1);
    /** Between passes of an empty store. */
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

    /**
     * How far it is.
     *
     * @param pass counted from 1; 0 before the first
     * @param done bytes of this pass, or of the last one while it pauses
     * @param total bytes of this pass when it began
     * @param found damaged objects and manifests in this pass
     * @param ended when the last whole pass was done
     */
    public record Progress(
            long pass,
            boolean reading,
            long done,
            long total,
            long objects,
            long found,
            @Nullable Instant ended) {}

    /** @param layers whose manifests are looked at, asked for at the beginning of each pass */
    public record Manifests(Supplier<Set<LayerId>> layers, ManifestProbe probe) {}

    private final LoadedFiles files;
    private final ObjectProbe probe;
    private final Manifests manifests;
    private final Throttle pace;
    private final Pace.Idle idle;
    private final Duration pause;
    private final Clock clock;
    private final long firstStart;
    private volatile Progress progress = new Progress(0, false, 0, 0, 0, 0, null);

    /**
     * @param pause from the end of a pass to the next
     * @param anywhere where in the files the first pass begins: any number from 0 to 1
     */
    public Scrub(
            LoadedFiles files,
            ObjectProbe probe,
            Manifests manifests,
            long bytesPerSecond,
            Duration pause,
            Pace.Idle idle,
            Clock clock,
            double anywhere) {
        this.files = files;
        this.probe = probe;
        this.manifests = manifests;
        this.pace = new Pace(bytesPerSecond, idle);
        this.idle = idle;
        this.pause = pause;
        this.clock = clock;
        this.firstStart = (long) (anywhere * files.end());
    }

    public Progress progress() {
        return progress;
    }

    @Override
    public void run() {
        try {
            idle.sleep(min(SETTLING, pause).toNanos());
            for (long start = firstStart; ; start = 0) {
                pass(start);
                idle.sleep((pause.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : pause).toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** Every file once, from the number {@code start} to the end and then from the beginning. */
    void pass(long start) throws InterruptedException {
        Progress before = progress;
        progress = new Progress(before.pass + 1, true, 0, files.bytes(), 0, 0, before.ended);
        long began = System.nanoTime();
        checkManifests();
        check(start, Long.MAX_VALUE);
        check(0, start);
        Progress done = progress;
        progress = new Progress(done.pass, false, done.done, done.total, done.objects, done.found, clock.instant());
        LOG.info(
                "scrub {}: {} objects, {} bytes in {} s, {} damaged",
                done.pass,
                done.objects,
                done.done,
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began),
                done.found);
    }

    private void checkManifests() throws InterruptedException {
        for (LayerId layer : manifests.layers.get()) {
            if (!manifests.probe.isManifestWhole(layer, pace)) {
                Progress now = progress;
                progress = new Progress(now.pass, true, now.done, now.total, now.objects, now.found + 1, now.ended);
            }
        }
    }

    private void check(long from, long below) throws InterruptedException {
        for (LoadedFiles.File file = files.from(from);
                file != null && file.number() < below;
                file = files.from(file.number() + 1)) {
            boolean whole = probe.isWhole(file.object(), file.size(), pace);
            Progress now = progress;
            progress = new Progress(
                    now.pass,
                    true,
                    now.done + file.size(),
                    now.total,
                    now.objects + 1,
                    now.found + (whole ? 0 : 1),
                    now.ended);
        }
    }
}
