package org.cloister.fuse;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cloister.fuse.kernel.Feature;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be chosen.
 *
 * @param state directory of the agent's state (docs/protocol.md, "Store of a host")
 * @param mount where the roots appear
 * @param root the process runs as root: the mount is for every user of the machine
 * @param adapter how the kernel is served
 * @param without what not to agree on with the kernel, though it can
 * @param scrub how fast shipped content is looked through again
 * @param held what a supervisor holds for this process and its successors; null: there is no supervisor
 */
public record FuseAgentConfig(
        Path state,
        Path mount,
        boolean root,
        Adapter adapter,
        Set<Feature> without,
        Scrubbing scrub,
        @Nullable Held held) {
    /**
     * Descriptors that this process inherited ({@code bin/.fuse-supervisor}).
     *
     * @param devices of {@code /dev/fuse}
     * @param memory of the session
     * @param supervisor the process that holds them
     */
    public record Held(List<Integer> devices, Path memory, long supervisor) {
        static @Nullable Held of(Map<String, String> environment) {
            String devices = environment.get("CLOISTER_FUSE_DEVICES");
            String session = environment.get("CLOISTER_FUSE_SESSION");
            String supervisor = environment.get("CLOISTER_FUSE_SUPERVISOR");
            if (devices == null || session == null || supervisor == null) {
                return null;
            }
            try {
                return new Held(
                        Arrays.stream(devices.split(",")).map(Integer::valueOf).toList(),
                        Path.of("/proc/self/fd/" + Integer.parseInt(session)),
                        Long.parseLong(supervisor));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "CLOISTER_FUSE_DEVICES, _SESSION and _SUPERVISOR are numbers; leave them to bin/fuse-agent", e);
            }
        }
    }

    /**
     * The slow check of everything that roots use.
     *
     * @param bytesPerSecond 0: never
     * @param pause from the end of one pass to the next
     */
    public record Scrubbing(long bytesPerSecond, Duration pause) {
        private static final long MEBI = 1 << 20;
        private static final String RATE = "8";
        private static final String PAUSE = "360";
        /** More than any disk reads. */
        private static final long MAX_RATE = 100_000;
        /** A month. */
        private static final long MAX_PAUSE = 43_200;

        static Scrubbing of(String rate, String pause) {
            return new Scrubbing(
                    number("scrub rate", rate, MAX_RATE) * MEBI,
                    Duration.ofMinutes(number("scrub pause", pause, MAX_PAUSE)));
        }

        private static long number(String what, String text, long limit) {
            if (!text.matches("[0-9]{1,9}") || Long.parseLong(text) > limit) {
                throw new IllegalArgumentException(
                        "the " + what + " is a whole number from 0 to " + limit + ", not '" + text + "'");
            }
            return Long.parseLong(text);
        }
    }

    /** Ways of serving the kernel. */
    public enum Adapter {
        /** The first of the others that works. */
        AUTO("auto"),
        KERNEL("kernel"),
        JNR_FUSE("jnr-fuse");

        final String word;

        Adapter(String word) {
            this.word = word;
        }

        static Adapter of(String word) {
            for (Adapter adapter : values()) {
                if (adapter.word.equals(word)) {
                    return adapter;
                }
            }
            throw new IllegalArgumentException(
                    "unknown mount adapter '" + word + "'; known are auto, kernel and jnr-fuse");
        }
    }

    /** docs/adr: what the kernel offers and is better not used. */
    static final Set<Feature> UNADVISED = Set.of(Feature.WRITEBACK_CACHE);

    static final String USAGE = """
            usage: fuse-agent [--state DIR] [--mount DIR] [--mount-adapter NAME] [--without FEATURE,...]
                              [--scrub-rate MIB] [--scrub-pause MINUTES]

            Mounts the union file system of the roots in DIR/current/generation and serves it until it is
            terminated.

              --state DIR   state of the agent; default CLOISTER_AGENT_STATE, or /var/lib/cloister/agent as
                            root, otherwise $XDG_STATE_HOME/cloister/agent
              --mount DIR   where the roots appear; default CLOISTER_MOUNT, or /packages as root, otherwise
                            ~/packages
              --mount-adapter NAME
                            kernel: speaks to /dev/fuse itself; jnr-fuse: through libfuse2; auto: the first
                            that works. Default CLOISTER_MOUNT_ADAPTER, or auto
              --without FEATURE,...
                            what not to agree on with the kernel, though it can: no-open, writeback-cache,
                            ... (the log lists what was agreed on). Without both of these, root on Linux 6.9 or
                            later has files that packages write at the disk's own speed, and slower opens.
                            Default CLOISTER_FUSE_WITHOUT, or what measuring advises against
              --scrub-rate MIB
                            how much of the shipped content is read and checked again in a second, in MiB; 0:
                            nothing, damage is then found when a file is first opened only. Default
                            CLOISTER_SCRUB_RATE, or 8
              --scrub-pause MINUTES
                            from the end of one such check of everything to the next. Default
                            CLOISTER_SCRUB_PAUSE, or 360
              --help        this text
            """;

    /** Throws {@link IllegalArgumentException} with a sentence for the user. */
    static FuseAgentConfig parse(String[] arguments, Map<String, String> environment, boolean root) {
        String state = null;
        String mount = null;
        String adapter = null;
        String without = null;
        String scrubRate = null;
        String scrubPause = null;
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + " needs a value, or is unknown; see --help");
            }
            switch (arguments[i]) {
                case "--state" -> state = arguments[i + 1];
                case "--mount" -> mount = arguments[i + 1];
                case "--mount-adapter" -> adapter = arguments[i + 1];
                case "--without" -> without = arguments[i + 1];
                case "--scrub-rate" -> scrubRate = arguments[i + 1];
                case "--scrub-pause" -> scrubPause = arguments[i + 1];
                default -> throw new IllegalArgumentException("unknown option " + arguments[i] + "; see --help");
            }
        }
        return new FuseAgentConfig(
                Path.of(first(state, environment.get("CLOISTER_AGENT_STATE"), defaultState(environment, root)))
                        .toAbsolutePath(),
                Path.of(first(
                                mount,
                                environment.get("CLOISTER_MOUNT"),
                                root ? "/packages" : home(environment, "packages")))
                        .toAbsolutePath(),
                root,
                Adapter.of(first(adapter, environment.get("CLOISTER_MOUNT_ADAPTER"), Adapter.AUTO.word)),
                without(without, environment.get("CLOISTER_FUSE_WITHOUT")),
                Scrubbing.of(
                        first(scrubRate, environment.get("CLOISTER_SCRUB_RATE"), Scrubbing.RATE),
                        first(scrubPause, environment.get("CLOISTER_SCRUB_PAUSE"), Scrubbing.PAUSE)),
                Held.of(environment));
    }

    private static Set<Feature> without(@Nullable String option, @Nullable String variable) {
        String chosen = option != null ? option : variable;
        return chosen == null ? EnumSet.copyOf(UNADVISED) : Feature.parse(chosen);
    }

    private static String first(@Nullable String option, @Nullable String variable, String otherwise) {
        return option != null ? option : variable != null && !variable.isEmpty() ? variable : otherwise;
    }

    private static String defaultState(Map<String, String> environment, boolean root) {
        if (root) {
            return "/var/lib/cloister/agent";
        }
        String xdg = environment.get("XDG_STATE_HOME");
        return xdg != null && !xdg.isEmpty()
                ? xdg + "/cloister/agent"
                : home(environment, ".local/state/cloister/agent");
    }

    private static String home(Map<String, String> environment, String below) {
        return environment.getOrDefault("HOME", "/") + "/" + below;
    }
}
