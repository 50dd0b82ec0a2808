package org.cloister.agent.service;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.cloister.events.ServiceName;

/**
 * A service as its unit or init script describes it. What a directive means is in systemd.service(5), systemd.exec(5) and systemd.kill(5).
 *
 * @param isInitScript whether it has no unit
 * @param notes what is not as the unit says, for people
 */
public record ServiceUnit(
        ServiceName name,
        String description,
        boolean isInitScript,
        Commands commands,
        Lifecycle lifecycle,
        Kill kill,
        Execution execution,
        Relations relations,
        Notes notes) {
    /** When a service is up. */
    public enum Type {
        SIMPLE,
        EXEC,
        FORKING,
        ONESHOT,
        NOTIFY,
        NOTIFY_RELOAD,
        DBUS,
        IDLE
    }

    /** After which ends it is started again by itself. */
    public enum Restart {
        NO,
        ON_SUCCESS,
        ON_FAILURE,
        ON_ABNORMAL,
        ON_WATCHDOG,
        ON_ABORT,
        ALWAYS
    }

    /** Which processes are told to end. */
    public enum KillMode {
        CONTROL_GROUP,
        MIXED,
        PROCESS,
        NONE
    }

    /** In the order of their use. */
    public record Commands(
            List<ExecCommand> condition,
            List<ExecCommand> startPre,
            List<ExecCommand> start,
            List<ExecCommand> startPost,
            List<ExecCommand> reload,
            List<ExecCommand> stop,
            List<ExecCommand> stopPost) {}

    /**
     * @param restartDelay before the first automatic start
     * @param startBurst so many starts are allowed within {@code startInterval}; no limit where that is zero
     * @param success ends that are as good as status 0
     */
    public record Lifecycle(
            Type type,
            Optional<String> pidFile,
            boolean guessMainPid,
            boolean remainAfterExit,
            Restart restart,
            Duration restartDelay,
            Duration startInterval,
            int startBurst,
            Duration startLimit,
            Duration stopLimit,
            ExitSet success,
            ExitSet restartNever,
            ExitSet restartAlways) {}

    /** How its processes are told to end. */
    public record Kill(KillMode mode, Signal first, Signal last, Signal reload, boolean hangUp, boolean force) {
        /** Whether processes other than the main one may outlive a restart. */
        public boolean sparesOthers() {
            return mode == KillMode.PROCESS || mode == KillMode.NONE;
        }
    }

    /**
     * A directory that is made for the service.
     *
     * @param variable that names it
     * @param temporary whether it goes when the service is down
     */
    public record OwnDirectory(String variable, String path, String mode, boolean temporary) {
        static final String CONFIGURATION = "CONFIGURATION_DIRECTORY";

        /** Whether it is the service's user's: configuration isn't (systemd.exec(5), {@code ConfigurationDirectory=}). */
        public boolean users() {
            return !variable.equals(CONFIGURATION);
        }
    }

    /** @param optional whether it need not be there */
    public record EnvironmentFile(String path, boolean optional) {}

    /**
     * What its processes run with.
     *
     * @param limits options of prlimit(1)
     * @param ambient capabilities in the names of setpriv(1)
     * @param output where standard output goes, by the path; empty: to the service's log
     */
    public record Execution(
            Optional<String> user,
            Optional<String> group,
            List<String> groups,
            Map<String, String> environment,
            Set<String> unset,
            List<EnvironmentFile> environmentFiles,
            Optional<String> directory,
            boolean directoryOptional,
            List<OwnDirectory> directories,
            String umask,
            int nice,
            boolean pipeSignal,
            List<String> limits,
            List<String> ambient,
            Optional<String> input,
            Optional<String> output,
            Optional<String> error) {}

    /** Other services of the same root by their units' names, targets and the like left out. */
    public record Relations(
            Set<ServiceName> requires,
            Set<ServiceName> requisite,
            Set<ServiceName> wants,
            Set<ServiceName> bindsTo,
            Set<ServiceName> partOf,
            Set<ServiceName> conflicts,
            Set<ServiceName> after,
            Set<ServiceName> before,
            List<Condition> conditions,
            boolean installable) {
        /** Those without which it can't be started. */
        boolean needs(ServiceName other) {
            return requires.contains(other) || requisite.contains(other) || bindsTo.contains(other);
        }
    }

    /**
     * What isn't as the unit says.
     *
     * @param unsupported directives without effect that may matter, each with what that means
     * @param hardening directives without effect that would only take rights away
     */
    public record Notes(List<String> unsupported, List<String> hardening) {
        public Notes {
            unsupported = List.copyOf(unsupported);
            hardening = List.copyOf(hardening);
        }
    }
}
