package org.cloister.agent.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cloister.agent.service.Action.Role;
import org.cloister.agent.service.ServiceMachine.Step;
import org.cloister.agent.service.ServiceState.Phase;
import org.cloister.agent.service.ServiceUnit.KillMode;
import org.cloister.agent.service.ServiceUnit.Lifecycle;
import org.cloister.agent.service.ServiceUnit.Type;
import org.cloister.events.HostEvent.ServiceResult;

/** One step of a service: starts from a state and collects what becomes of it. Used once. */
final class Transition {
    /** How long the ends of killed processes are waited for; then the sandbox's end takes them along. */
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);

    private static final Duration OPEN_LIMIT = Duration.ofSeconds(30);
    /** After this time up, a service that fails has not been failing all along. */
    private static final Duration STEADY = Duration.ofSeconds(60);

    private static final int MAX_TOLD = 500;
    /** It is reported, and has words of the unit in it. */
    private static final int MAX_DETAIL = 1_000;

    private static final String READY = "READY";
    private static final String MAIN_PID = "MAINPID";

    private final ServiceUnit unit;
    private final Lifecycle lifecycle;
    private final long now;
    private final List<Action> actions = new ArrayList<>();

    private Phase phase;
    private int step;
    private int token;
    private long control;
    private long main;
    private boolean occupied;
    private boolean sandbox;
    private ServiceResult result;
    private String detail;
    private Exit end;
    private boolean wanted;
    private int restarts;
    private List<Long> starts;
    private long deadline;
    private long upSince;
    private String told;

    Transition(ServiceUnit unit, ServiceState state, long now) {
        this.unit = unit;
        this.lifecycle = unit.lifecycle();
        this.now = now;
        phase = state.phase();
        step = state.step();
        token = state.token();
        control = state.control();
        main = state.main();
        occupied = state.occupied();
        sandbox = state.sandbox();
        result = state.result();
        detail = state.detail();
        end = state.end();
        wanted = state.wanted();
        restarts = state.restarts();
        starts = state.starts();
        deadline = state.deadline();
        upSince = state.upSince();
        told = state.told();
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
        return new Step(
                new ServiceState(
                        phase, step, token, control, main, occupied, sandbox, result, detail, end, wanted, restarts,
                        starts, deadline, upSince, told),
                actions);
    }

    // What people want.

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

    // Upwards.

    private void begin() {
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

    private void opened() {
        if (phase == Phase.OPENING) {
            enter(Phase.CONDITION, lifecycle.startLimit());
            next(0);
        }
    }

    private void enter(Phase to, Duration limit) {
        phase = to;
        step = 0;
        control = 0;
        deadline = limit.compareTo(TimeSpan.INFINITY) >= 0 ? 0 : now + limit.toMillis();
    }

    /** The commands of a phase that runs several. */
    private List<ExecCommand> commands() {
        return switch (phase) {
            case CONDITION -> unit.commands().condition();
            case START_PRE -> unit.commands().startPre();
            case START -> unit.commands().start();
            case START_POST -> unit.commands().startPost();
            case RELOAD -> unit.commands().reload();
            case STOP -> unit.commands().stop();
            case STOP_POST -> unit.commands().stopPost();
            default -> List.of();
        };
    }

    private Role role() {
        return switch (phase) {
            case CONDITION -> Role.CONDITION;
            case START_PRE -> Role.START_PRE;
            case START_POST -> Role.START_POST;
            case RELOAD -> Role.RELOAD;
            case STOP -> Role.STOP;
            case STOP_POST -> Role.STOP_POST;
            default -> Role.START;
        };
    }

    /** Runs the phase's command of this index, or goes on to the next phase where there is none. */
    private void next(int index) {
        List<ExecCommand> commands = commands();
        if (index < commands.size()) {
            step = index;
            spawn(commands.get(index));
            return;
        }
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
            case STOP -> terminate();
            case STOP_POST -> finish();
            default -> throw new IllegalStateException(phase + " runs no commands");
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

    private void spawn(ExecCommand command) {
        token++;
        control = -1;
        actions.add(new Action.Spawn(token, command, role(), Math.max(main, 0), result, end));
    }

    private void started(Input.Started input) {
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

    private boolean isNotifying() {
        return lifecycle.type() == Type.NOTIFY || lifecycle.type() == Type.NOTIFY_RELOAD;
    }

    private void startFailed(Input.StartFailed input) {
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

    private void startPost() {
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

    // What the processes do.

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

    private void findMain() {
        phase = Phase.MAIN_PID;
        actions.add(lifecycle.pidFile().isPresent() ? new Action.ReadPidFile() : new Action.ListProcesses());
    }

    private void pidFile(long pid) {
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
    private void guessMain(List<Input.RunningProcess> all) {
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

    private void notified(String text) {
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

    private void tooLong() {
        if (result == ServiceResult.SUCCESS) {
            result = ServiceResult.TIMEOUT;
            detail = "it didn't stop in " + lifecycle.stopLimit().toSeconds() + " s";
        }
    }

    // Downwards.

    /** While it comes up: what was started is ended, without its own commands for that. */
    private void fail(ServiceResult how, String reason) {
        result = how;
        detail = reason;
        terminate();
    }

    private void stopping() {
        enter(Phase.STOP, lifecycle.stopLimit());
        next(0);
    }

    private void terminate() {
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

    private void kill() {
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

    private void stopPost() {
        enter(Phase.STOP_POST, lifecycle.stopLimit());
        next(0);
    }

    /** Whatever is left ends with the sandbox, unless the unit says that it outlives a restart. */
    private void finish() {
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

    private void ended() {
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

    private void tellExited(boolean again) {
        detail = detail.length() > MAX_DETAIL ? detail.substring(0, MAX_DETAIL) : detail;
        actions.add(new Action.TellExited(result, detail, again));
    }

    private void closeIfOpen(Phase to) {
        if (sandbox) {
            actions.add(new Action.Close());
        }
        down(to);
    }

    private void down(Phase to) {
        phase = to;
        deadline = 0;
        step = 0;
        control = 0;
        main = 0;
        wanted = false;
    }
}
