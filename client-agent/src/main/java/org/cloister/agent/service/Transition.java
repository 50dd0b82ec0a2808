package org.cloister.agent.service;

import java.util.List;
import org.cloister.agent.service.ServiceMachine.Step;
import org.cloister.agent.service.ServiceState.Phase;
import org.cloister.agent.service.ServiceUnit.KillMode;
import org.cloister.agent.service.ServiceUnit.Type;
import org.cloister.events.HostEvent.ServiceResult;

/** One step of a service: what people want of it, and what its processes and the clock do, in the phase in which it is. Used once. */
final class Transition extends ComingUp {
    Transition(ServiceUnit unit, ServiceState state, long now) {
        super(unit, state, now);
    }

    Step on(Input input) {
        if (input instanceof Input.Start) {
            start();
        } else if (input instanceof Input.Stop stop) {
            stop(stop.reason());
        } else if (input instanceof Input.Restart) {
            restart();
        } else if (input instanceof Input.Reload) {
            reload();
        } else if (input instanceof Input.Refused refused) {
            refuse(refused.reason());
        } else if (input instanceof Input.Skipped skipped) {
            if (phase.isSettledDown()) {
                phase = Phase.DOWN;
                result = ServiceResult.SUCCESS;
                detail = skipped.reason();
            }
        } else if (input instanceof Input.Opened) {
            opened();
        } else if (input instanceof Input.Started started) {
            started(started);
        } else if (input instanceof Input.StartFailed failed) {
            startFailed(failed);
        } else if (input instanceof Input.Exited exited) {
            exited(exited);
        } else if (input instanceof Input.Emptied) {
            emptied();
        } else if (input instanceof Input.Notified notified) {
            notified(notified.text());
        } else if (input instanceof Input.Processes processes) {
            guessMain(processes.all());
        } else if (input instanceof Input.PidFile file) {
            pidFile(file.pid());
        } else if (input instanceof Input.Gone gone) {
            gone(gone.detail());
        } else if (input instanceof Input.Tick) {
            tick();
        } else {
            throw new IllegalStateException("no such input: " + input);
        }
        return step();
    }

    private void start() {
        boolean again = wanted;
        wanted = true;
        if (phase.isSettledDown() || phase == Phase.PAUSE) {
            restarts = 0;
            starts = List.of();
            begin();
        } else if (!again || !(phase.isUp() || phase.isStarting())) {
            // It is going down: it comes up again when it is there.
            restarts = 0;
            starts = List.of();
        }
    }

    private void stop(String reason) {
        wanted = false;
        if (phase == Phase.PAUSE) {
            result = ServiceResult.SUCCESS;
            detail = reason;
            closeIfOpen(Phase.DOWN);
            tellExited(false);
        } else if (phase.isUp()) {
            result = ServiceResult.SUCCESS;
            detail = reason;
            stopping();
        } else if (phase.isStarting()) {
            result = ServiceResult.SUCCESS;
            detail = reason;
            terminate();
        }
    }

    private void restart() {
        if (phase.isUp()) {
            wanted = true;
            restarts = 0;
            starts = List.of();
            result = ServiceResult.SUCCESS;
            detail = "it is restarted";
            stopping();
        } else {
            start();
        }
    }

    private void reload() {
        if (phase != Phase.UP) {
            return;
        }
        if (!unit.commands().reload().isEmpty()) {
            enter(Phase.RELOAD, lifecycle.startLimit());
            next(0);
        } else if (lifecycle.type() == Type.NOTIFY_RELOAD && main > 0) {
            actions.add(new Action.SignalOne(unit.kill().reload(), main));
        }
    }

    private void refuse(String reason) {
        if (phase.isSettledDown()) {
            wanted = false;
            result = ServiceResult.DEPENDENCY;
            detail = reason;
            phase = Phase.FAILED;
            tellExited(false);
        }
    }

    private void exited(Input.Exited input) {
        if (input.pid() == main && main > 0) {
            mainExited(input.exit());
        } else if (input.pid() == control && control > 0) {
            control = 0;
            controlExited(input.exit());
        }
    }

    private void mainExited(Exit exit) {
        main = 0;
        end = exit;
        ExecCommand command =
                phase == Phase.START && !commands().isEmpty() ? commands().get(step) : null;
        boolean clean = RestartPolicy.isClean(lifecycle, exit) || (command != null && command.ignoreFailure());
        ServiceResult how =
                clean ? ServiceResult.SUCCESS : exit.signal() == 0 ? ServiceResult.EXIT_CODE : ServiceResult.SIGNAL;
        switch (phase) {
            case START -> {
                if (lifecycle.type() == Type.ONESHOT && clean) {
                    next(step + 1);
                } else if (isNotifying() && clean) {
                    fail(ServiceResult.PROTOCOL, "its program " + exit.text() + " before it said that it is ready");
                } else {
                    fail(how, "its program " + exit.text());
                }
            }
            case START_POST, MAIN_PID ->
                fail(how == ServiceResult.SUCCESS ? ServiceResult.PROTOCOL : how, "its program " + exit.text());
            case UP, RELOAD -> mainEnded(how, exit);
            case TERMINATE -> {
                if (unit.kill().mode() == KillMode.MIXED && occupied) {
                    kill();
                } else if (unit.kill().sparesOthers()) {
                    stopPost();
                }
            }
            case KILL -> {
                if (unit.kill().sparesOthers()) {
                    stopPost();
                }
            }
            default -> {
                // On its way down already; what is left ends too.
            }
        }
    }

    private void mainEnded(ServiceResult how, Exit exit) {
        result = how;
        detail = "its program " + exit.text();
        if (how == ServiceResult.SUCCESS && lifecycle.remainAfterExit()) {
            enter(Phase.EXITED, TimeSpan.INFINITY);
        } else {
            stopping();
        }
    }

    private void controlExited(Exit exit) {
        ExecCommand command = step < commands().size() ? commands().get(step) : null;
        boolean fine = (exit.code() == 0 && exit.signal() == 0) || (command != null && command.ignoreFailure());
        String what = command == null ? "a command" : command.words().get(0);
        switch (phase) {
            case CONDITION -> {
                if (fine) {
                    next(step + 1);
                } else if (exit.signal() == 0 && exit.code() < 255) {
                    wanted = false;
                    detail = "its condition " + what + " isn't met";
                    stopPost();
                } else {
                    fail(ServiceResult.EXIT_CODE, what + " " + exit.text());
                }
            }
            case START_PRE, START_POST -> {
                if (fine) {
                    next(step + 1);
                } else {
                    failed(exit, what);
                }
            }
            case START -> {
                if (!fine && !RestartPolicy.isClean(lifecycle, exit)) {
                    end = exit;
                    failed(exit, what);
                } else {
                    findMain();
                }
            }
            case RELOAD -> {
                if (!fine) {
                    detail = "reload: " + what + " " + exit.text();
                }
                next(fine ? step + 1 : Integer.MAX_VALUE);
            }
            case STOP, STOP_POST -> {
                if (!fine && result == ServiceResult.SUCCESS) {
                    result = exit.signal() == 0 ? ServiceResult.EXIT_CODE : ServiceResult.SIGNAL;
                    detail = what + " " + exit.text();
                }
                next(step + 1);
            }
            default -> {
                // A command that was cut off.
            }
        }
    }

    private void failed(Exit exit, String what) {
        fail(exit.signal() == 0 ? ServiceResult.EXIT_CODE : ServiceResult.SIGNAL, what + " " + exit.text());
    }

    private void emptied() {
        occupied = false;
        switch (phase) {
            case UP -> {
                if (main == 0) {
                    result = ServiceResult.SUCCESS;
                    detail = "its last process ended";
                    if (lifecycle.remainAfterExit()) {
                        enter(Phase.EXITED, TimeSpan.INFINITY);
                    } else {
                        stopping();
                    }
                }
            }
            case MAIN_PID -> {
                if (lifecycle.pidFile().isPresent()) {
                    fail(ServiceResult.PROTOCOL, "its program ended without leaving a process");
                }
            }
            case TERMINATE, KILL -> stopPost();
            default -> {
                // Between two commands.
            }
        }
    }

    private void gone(String reason) {
        boolean expected = phase == Phase.CLOSING || phase.isSettledDown() || phase == Phase.PAUSE;
        sandbox = false;
        occupied = false;
        main = 0;
        control = 0;
        if (!expected) {
            boolean goingDown =
                    phase == Phase.STOP || phase == Phase.TERMINATE || phase == Phase.KILL || phase == Phase.STOP_POST;
            if (!goingDown) {
                result = ServiceResult.RESOURCES;
                detail = "its sandbox ended: " + reason;
            }
            actions.add(new Action.RemoveFiles());
        }
        if (!phase.isSettledDown() && phase != Phase.PAUSE) {
            ended();
        }
    }

    private void tick() {
        if (phase == Phase.MAIN_PID && lifecycle.pidFile().isPresent() && (deadline == 0 || now < deadline)) {
            actions.add(new Action.ReadPidFile());
            return;
        }
        if (deadline == 0 || now < deadline) {
            return;
        }
        switch (phase) {
            case OPENING, CONDITION, START_PRE, START, MAIN_PID, START_POST ->
                fail(
                        ServiceResult.TIMEOUT,
                        "it didn't come up in " + lifecycle.startLimit().toSeconds() + " s");
            case RELOAD -> {
                detail = "reload took too long";
                enter(Phase.UP, TimeSpan.INFINITY);
            }
            case STOP -> {
                tooLong();
                terminate();
            }
            case TERMINATE -> {
                tooLong();
                if (unit.kill().force()) {
                    kill();
                } else {
                    stopPost();
                }
            }
            case KILL -> stopPost();
            case STOP_POST -> {
                tooLong();
                finish();
            }
            case CLOSING -> gone("it didn't end in time");
            case PAUSE -> begin();
            default -> deadline = 0;
        }
    }
}
