package org.cloister.agent.service;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.cloister.agent.service.Action.Role;
import org.cloister.agent.service.ServiceMachine.Step;
import org.cloister.agent.service.ServiceState.Phase;
import org.cloister.agent.service.ServiceUnit.Lifecycle;
import org.cloister.events.HostEvent.ServiceResult;

/** A service's state while one step changes it, what is to be done about that, and the commands of its phases one after the other. Used once. */
abstract class PhaseRun {
    /** It is reported, and has words of the unit in it. */
    private static final int MAX_DETAIL = 1_000;

    final ServiceUnit unit;
    final Lifecycle lifecycle;
    final long now;
    final List<Action> actions = new ArrayList<>();

    Phase phase;
    int step;
    int token;
    long control;
    long main;
    boolean occupied;
    boolean sandbox;
    ServiceResult result;
    String detail;
    Exit end;
    boolean wanted;
    int restarts;
    List<Long> starts;
    long deadline;
    long upSince;
    String told;

    PhaseRun(ServiceUnit unit, ServiceState state, long now) {
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

    final Step step() {
        return new Step(
                new ServiceState(
                        phase, step, token, control, main, occupied, sandbox, result, detail, end, wanted, restarts,
                        starts, deadline, upSince, told),
                actions);
    }

    /** The phase has no command any more. */
    abstract void after();

    void enter(Phase to, Duration limit) {
        phase = to;
        step = 0;
        control = 0;
        deadline = limit.compareTo(TimeSpan.INFINITY) >= 0 ? 0 : now + limit.toMillis();
    }

    /** The commands of a phase that runs several. */
    List<ExecCommand> commands() {
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

    /** Runs the phase's command of this index, or what comes after the phase where there is none. */
    void next(int index) {
        List<ExecCommand> commands = commands();
        if (index < commands.size()) {
            step = index;
            spawn(commands.get(index));
            return;
        }
        after();
    }

    private void spawn(ExecCommand command) {
        token++;
        control = -1;
        actions.add(new Action.Spawn(token, command, role(), Math.max(main, 0), result, end));
    }

    void tellExited(boolean again) {
        detail = detail.length() > MAX_DETAIL ? detail.substring(0, MAX_DETAIL) : detail;
        actions.add(new Action.TellExited(result, detail, again));
    }

    void closeIfOpen(Phase to) {
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
