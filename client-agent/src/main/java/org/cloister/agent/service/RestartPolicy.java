package org.cloister.agent.service;

import java.time.Duration;
import java.util.List;
import org.cloister.agent.service.ServiceUnit.Lifecycle;
import org.cloister.agent.service.ServiceUnit.Type;
import org.cloister.events.HostEvent.ServiceResult;

/** When a service is started again by itself, after how long, and when no more (systemd.service(5), {@code Restart=}). */
final class RestartPolicy {
    /** A service that doesn't come up is tried at least this often. */
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
    /** A service without a pause of its own must not take the machine. */
    static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);

    private static final int MAX_DOUBLINGS = 20;

    private RestartPolicy() {}

    /** Whether the main process ended as it may. */
    static boolean isClean(Lifecycle lifecycle, Exit exit) {
        if (lifecycle.success().has(exit)) {
            return true;
        }
        if (exit.signal() == 0) {
            return exit.code() == 0;
        }
        boolean polite = exit.signal() == Signal.HUP.number()
                || exit.signal() == Signal.INT.number()
                || exit.signal() == Signal.TERM.number()
                || exit.signal() == Signal.PIPE.number();
        return polite && lifecycle.type() != Type.ONESHOT;
    }

    static boolean restarts(Lifecycle lifecycle, ServiceResult result, Exit exit) {
        if (lifecycle.restartAlways().has(exit) && result != ServiceResult.TIMEOUT) {
            return true;
        }
        if (lifecycle.restartNever().has(exit) && (exit.code() != 0 || exit.signal() != 0)) {
            return false;
        }
        boolean failed = result != ServiceResult.SUCCESS;
        return switch (lifecycle.restart()) {
            case NO, ON_WATCHDOG -> false;
            case ALWAYS -> lifecycle.type() != Type.ONESHOT || failed;
            case ON_SUCCESS -> !failed && lifecycle.type() != Type.ONESHOT;
            case ON_FAILURE -> failed;
            case ON_ABNORMAL -> failed && result != ServiceResult.EXIT_CODE;
            case ON_ABORT -> result == ServiceResult.SIGNAL;
        };
    }

    /** Twice as long each time. @param restarts automatic starts before this one */
    static Duration pause(Lifecycle lifecycle, int restarts) {
        Duration first =
                lifecycle.restartDelay().compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : lifecycle.restartDelay();
        if (first.compareTo(LONGEST_PAUSE) >= 0) {
            return first;
        }
        Duration pause = first.multipliedBy(1L << Math.min(restarts, MAX_DOUBLINGS));
        return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }

    /** Whether one more start is one too many. @param starts their times, in milliseconds */
    static boolean isLimitHit(Lifecycle lifecycle, List<Long> starts, long now) {
        long since = now - lifecycle.startInterval().toMillis();
        return lifecycle.startBurst() > 0
                && !lifecycle.startInterval().isZero()
                && starts.stream().filter(at -> at > since).count() >= lifecycle.startBurst();
    }
}
