package org.cloister.agent.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cloister.agent.service.ServiceState.Phase;
import org.cloister.agent.service.ServiceUnit.Type;
import org.cloister.events.HostEvent.ServiceResult;

/** How a service comes up: its sandbox, its conditions and commands, and when its kind counts as up (systemd.service(5), {@code Type=}). */
abstract class ComingUp extends GoingDown {
    private static final Duration OPEN_LIMIT = Duration.ofSeconds(30);
    private static final int MAX_TOLD = 500;
    private static final String READY = "READY";
    private static final String MAIN_PID = "MAINPID";

    ComingUp(ServiceUnit unit, ServiceState state, long now) {
        super(unit, state, now);
    }

    @Override
    void after() {
        switch (phase) {
            case CONDITION -> {
                phase = Phase.START_PRE;
                next(0);
            }
            case START_PRE -> {
                phase = Phase.START;
                startMain();
            }
            case START -> startPost();
            case START_POST -> up();
            case RELOAD -> enter(Phase.UP, TimeSpan.INFINITY);
            default -> super.after();
        }
    }

    @Override
    void begin() {
        result = ServiceResult.SUCCESS;
        detail = "";
        told = "";
        end = Exit.ofCode(0);
        main = 0;
        control = 0;
        upSince = 0;
        List<Long> times = new ArrayList<>(starts);
        times.add(now);
        int kept = Math.max(lifecycle.startBurst(), 1);
        starts = times.subList(Math.max(0, times.size() - kept), times.size());
        if (sandbox) {
            enter(Phase.CONDITION, lifecycle.startLimit());
            next(0);
        } else {
            enter(Phase.OPENING, OPEN_LIMIT);
            occupied = false;
            sandbox = true;
            actions.add(new Action.Open());
        }
    }

    void opened() {
        if (phase == Phase.OPENING) {
            enter(Phase.CONDITION, lifecycle.startLimit());
            next(0);
        }
    }

    private void startMain() {
        if (unit.commands().start().isEmpty()) {
            if (lifecycle.type() == Type.ONESHOT) {
                startPost();
            } else {
                fail(ServiceResult.RESOURCES, "its unit names no program to start");
            }
        } else {
            next(0);
        }
    }

    void started(Input.Started input) {
        if (input.token() != token || control != -1) {
            return;
        }
        occupied = true;
        control = input.pid();
        if (phase == Phase.START && lifecycle.type() != Type.FORKING) {
            main = control;
            control = 0;
            if (lifecycle.type() == Type.ONESHOT || isNotifying()) {
                return;
            }
            startPost();
        }
    }

    boolean isNotifying() {
        return lifecycle.type() == Type.NOTIFY || lifecycle.type() == Type.NOTIFY_RELOAD;
    }

    void startFailed(Input.StartFailed input) {
        if (input.token() != token || control != -1) {
            return;
        }
        control = 0;
        ExecCommand command = commands().isEmpty()
                ? null
                : commands().get(Math.min(step, commands().size() - 1));
        String reason = (command == null ? "" : command.words().get(0) + ": ") + input.reason();
        if (phase == Phase.STOP_POST || phase == Phase.STOP || phase == Phase.RELOAD) {
            detail = detail.isEmpty() ? reason : detail + "; " + reason;
            next(phase == Phase.RELOAD ? Integer.MAX_VALUE : step + 1);
        } else if (command != null && command.ignoreFailure() && phase != Phase.START) {
            next(step + 1);
        } else {
            fail(ServiceResult.RESOURCES, reason);
        }
    }

    void startPost() {
        phase = Phase.START_POST;
        control = 0;
        next(0);
    }

    private void up() {
        boolean nothingLeft = lifecycle.type() == Type.ONESHOT || (main == 0 && !occupied);
        upSince = now;
        actions.add(new Action.TellStarted(restarts));
        if (lifecycle.type() == Type.ONESHOT && !lifecycle.remainAfterExit()) {
            phase = Phase.UP;
            detail = "it is done";
            stopping();
            return;
        }
        enter(nothingLeft ? Phase.EXITED : Phase.UP, TimeSpan.INFINITY);
    }

    void findMain() {
        phase = Phase.MAIN_PID;
        actions.add(lifecycle.pidFile().isPresent() ? new Action.ReadPidFile() : new Action.ListProcesses());
    }

    void pidFile(long pid) {
        if (phase == Phase.MAIN_PID && pid > 0) {
            follow(pid);
            startPost();
        }
    }

    private void follow(long pid) {
        main = pid;
        occupied = true;
        actions.add(new Action.Watch(pid));
    }

    /** The only process that has no parent in the service is its main one (systemd.service(5), {@code GuessMainPID=}). */
    void guessMain(List<Input.RunningProcess> all) {
        if (phase != Phase.MAIN_PID || lifecycle.pidFile().isPresent()) {
            return;
        }
        occupied = !all.isEmpty();
        List<Input.RunningProcess> top =
                all.stream().filter(process -> process.parent() <= 1).toList();
        if (top.size() == 1 && lifecycle.guessMainPid()) {
            follow(top.get(0).pid());
        }
        if (all.isEmpty() && !lifecycle.remainAfterExit() && !unit.isInitScript()) {
            fail(ServiceResult.PROTOCOL, "its program ended without leaving a process");
        } else {
            startPost();
        }
    }

    void notified(String text) {
        Map<String, String> fields = EnvironmentText.assignments(text.lines().toList());
        String says = fields.get("STATUS");
        if (says != null) {
            told = says.length() > MAX_TOLD ? says.substring(0, MAX_TOLD) : says;
        }
        if (!isNotifying()) {
            return;
        }
        String pid = fields.get(MAIN_PID);
        if (pid != null && pid.matches("[0-9]{1,9}") && Long.parseLong(pid) > 1 && Long.parseLong(pid) != main) {
            boolean running = phase == Phase.START || phase == Phase.START_POST || phase.isUp();
            if (running) {
                follow(Long.parseLong(pid));
            }
        }
        if ("1".equals(fields.get(READY)) && phase == Phase.START) {
            startPost();
        }
        if ("1".equals(fields.get("STOPPING")) && phase == Phase.UP) {
            detail = "it said that it stops";
        }
    }
}
