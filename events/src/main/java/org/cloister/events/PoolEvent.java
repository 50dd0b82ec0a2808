package org.cloister.events;

import java.time.Instant;
import java.util.stream.Stream;
import org.cloister.events.deb.DebianVersion;
import org.cloister.events.deb.PackageName;
import org.jspecify.annotations.Nullable;

/** How long content is kept, what is held whatever else says, and what went ({@code pool:repository}). */
public sealed interface PoolEvent extends Event {
    <R> R match(Cases<R> cases);

    interface Cases<R> {
        R on(RetentionChanged event);

        R on(HoldPlaced event);

        R on(HoldReleased event);

        R on(ContentCollected event);
    }

    /**
     * From now on content is kept for so long after the log stopped needing it.
     *
     * @param days of which every past state stays whole
     * @param rollbacks how many earlier contents of each root of a host stay
     */
    record RetentionChanged(int days, int rollbacks) implements PoolEvent {
        /** A century; more is a mistake. */
        public static final int MAX_DAYS = 36_525;
        /** As many as a host remembers. */
        public static final int MAX_ROLLBACKS = 50;

        public RetentionChanged {
            if (days < 0 || days > MAX_DAYS || rollbacks < 0 || rollbacks > MAX_ROLLBACKS) {
                throw new IllegalArgumentException(
                        "retention is 0 to " + MAX_DAYS + " days and 0 to " + MAX_ROLLBACKS + " rollbacks");
            }
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /**
     * What a hold is on: exactly one of a package, a digest, a host and a position.
     *
     * @param name all published versions of the package, or {@code version} of it
     * @param digest an artifact, a layer with its objects, or an object
     * @param host what the host has, and all that its roots can be rolled back to
     * @param position what was published, and what distributions had, after the event there
     */
    record HoldTarget(
            @Nullable PackageName name,
            @Nullable DebianVersion version,
            @Nullable Digest digest,
            @Nullable HostId host,
            @Nullable Position position) {
        public HoldTarget {
            long named = Stream.of(name != null, digest != null, host != null, position != null)
                    .filter(set -> set)
                    .count();
            if (named != 1 || (version != null && name == null)) {
                throw new IllegalArgumentException(
                        "a hold is on one of: a package (with or without a version), a digest, a host, a position");
            }
        }

        /** For people. */
        @Override
        public String toString() {
            if (name != null) {
                return "package " + name + (version == null ? "" : "=" + version);
            }
            return digest != null ? digest.toString() : host != null ? "host " + host : "position " + position;
        }
    }

    /** Nothing of the target goes until the hold is released. */
    record HoldPlaced(HoldName name, HoldTarget target, String reason) implements PoolEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /** The target is kept no longer than all else. */
    record HoldReleased(HoldName name, String reason) implements PoolEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /**
     * This content went from the pool.
     *
     * @param manifest an object of the pool, kept for ever: a line {@code <kind> <hex> <bytes>} for each thing that went
     * @param days the retention that it went by
     * @param rollbacks likewise
     * @param condemnedBefore all of it was found to be needed by nothing before that time, and again when it went
     */
    record ContentCollected(
            Digest manifest,
            int artifacts,
            int layers,
            int objects,
            long bytes,
            int days,
            int rollbacks,
            Instant condemnedBefore)
            implements PoolEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }
}
