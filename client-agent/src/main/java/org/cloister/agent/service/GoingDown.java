package org.cloister.agent.service;

import java.time.Duration;
import org.cloister.agent.service.ServiceState.Phase;
import org.cloister.agent.service.ServiceUnit.KillMode;
import org.cloister.events.HostEvent.ServiceResult;

/** How a service goes down, whoever wants it: its own commands first, then signals, then the end of its sandbox; and whether it comes up again. */
abstract class GoingDown extends PhaseRun {
    /** How long the ends of killed processes are waited for; then the sandbox's end takes them along. */
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);

    /** After this time up, a service that fails has not been failing all along. */
    private static final Duration STEADY = Duration.ofSeconds(60);

    GoingDown(ServiceUnit unit, ServiceState state, long now) {
        super(unit, state, now);
    }

    /** It comes up, from the beginning. */
    abstract void begin();

    @Override
    void after() {
        switch (phase) {
            case STOP -> terminate();
            case STOP_POST -> finish();
            default -> throw new IllegalStateException(phase + " runs no commands");
        }
    }

    /** While it comes up: what was started is ended, without its own commands for that. */
    void fail(ServiceResult how, String reason) {
        result = how;
        detail = reason;
        terminate();
    }

    void stopping() {
        enter(Phase.STOP, lifecycle.stopLimit());
        next(0);
    }

    void terminate() {
        if (phase == Phase.OPENING) {
            finish();
            return;
        }
        enter(Phase.TERMINATE, lifecycle.stopLimit());
        if (!occupied) {
            stopPost();
            return;
        }
        Signal first = unit.kill().first();
        switch (unit.kill().mode()) {
            case CONTROL_GROUP -> {
                actions.add(new Action.SignalAll(first));
                hangUp();
            }
            case MIXED -> {
                if (main > 0) {
                    actions.add(new Action.SignalOne(first, main));
                    hangUp();
                } else {
                    kill();
                }
            }
            case PROCESS -> {
                if (main > 0) {
                    actions.add(new Action.SignalOne(first, main));
                    hangUp();
                } else if (isStartedAgain()) {
                    stopPost();
                } else {
                    // The sandbox's end would kill them: a daemon whose init script doesn't wait for it ends by itself.
                    actions.add(new Action.SignalAll(first));
                }
            }
            case NONE -> stopPost();
            default -> throw new IllegalStateException("no such mode");
        }
    }

    private void hangUp() {
        if (unit.kill().hangUp()) {
            actions.add(
                    unit.kill().mode() == KillMode.CONTROL_GROUP
                            ? new Action.SignalAll(Signal.HUP)
                            : new Action.SignalOne(Signal.HUP, main));
        }
    }

    void kill() {
        enter(Phase.KILL, KILL_LIMIT);
        if (unit.kill().sparesOthers()) {
            if (main > 0) {
                actions.add(new Action.SignalOne(unit.kill().last(), main));
            } else {
                stopPost();
            }
        } else {
            actions.add(new Action.SignalAll(unit.kill().last()));
        }
    }

    void stopPost() {
        enter(Phase.STOP_POST, lifecycle.stopLimit());
        next(0);
    }

    /** Whatever is left ends with the sandbox, unless the unit says that it outlives a restart. */
    void finish() {
        actions.add(new Action.RemoveFiles());
        main = 0;
        control = 0;
        if (unit.kill().sparesOthers() && occupied && isStartedAgain()) {
            ended();
        } else if (sandbox) {
            enter(Phase.CLOSING, KILL_LIMIT.multipliedBy(2));
            actions.add(new Action.Close());
        } else {
            ended();
        }
    }

    private boolean isStartedAgain() {
        return wanted
                && (wasRestarted() || RestartPolicy.restarts(lifecycle, result, end))
                && !RestartPolicy.isLimitHit(lifecycle, starts, now);
    }

    /** Somebody asked for a stop and a start, or for a start while it went down. */
    private boolean wasRestarted() {
        return starts.isEmpty();
    }

    void ended() {
        if (upSince > 0 && now - upSince > STEADY.toMillis()) {
            restarts = 0;
        }
        boolean failed = result != ServiceResult.SUCCESS;
        if (wanted && wasRestarted()) {
            tellExited(true);
            begin();
        } else if (wanted && RestartPolicy.restarts(lifecycle, result, end)) {
            if (RestartPolicy.isLimitHit(lifecycle, starts, now)) {
                result = ServiceResult.START_LIMIT;
                detail = "it was started " + lifecycle.startBurst() + " times in "
                        + lifecycle.startInterval().toSeconds() + " s; the last time " + detail;
                tellExited(false);
                closeIfOpen(Phase.FAILED);
                return;
            }
            Duration pause = RestartPolicy.pause(lifecycle, restarts);
            tellExited(true);
            restarts++;
            enter(Phase.PAUSE, pause);
        } else {
            tellExited(false);
            closeIfOpen(failed ? Phase.FAILED : Phase.DOWN);
        }
    }

    void tooLong() {
        if (result == ServiceResult.SUCCESS) {
            result = ServiceResult.TIMEOUT;
            detail = "it didn't stop in " + lifecycle.stopLimit().toSeconds() + " s";
        }
    }
}
