package org.cloister.agent.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.cloister.agent.service.ServiceState.Phase;
import org.cloister.events.HostEvent.ServiceResult;
import org.cloister.events.ServiceName;
import org.junit.jupiter.api.Test;

class ServiceMachineTest {
    private static final ServiceName NAME = new ServiceName("web");
    private static final Specifiers SPECIFIERS = Specifiers.of(NAME, "root", "/root", "host");

    private ServiceUnit unit = UnitReader.read(NAME, UnitFile.parse(""), SPECIFIERS);
    private ServiceState state = ServiceState.NEW;
    private long now = 1_000;
    private List<Action> actions = List.of();
    private final List<Action> all = new ArrayList<>();

    private void given(String lines) {
        unit = UnitReader.read(NAME, UnitFile.parse("[Service]\n" + lines), SPECIFIERS);
    }

    private ServiceMachineTest when(Input... inputs) {
        actions = new ArrayList<>();
        for (Input input : inputs) {
            ServiceMachine.Step step = ServiceMachine.step(unit, state, input, now);
            state = step.state();
            actions.addAll(step.actions());
            all.addAll(step.actions());
        }
        return this;
    }

    private void start() {
        when(new Input.Start(), new Input.Opened());
    }

    /** The process that was asked for last runs. */
    private void started(long pid) {
        when(new Input.Started(state.token(), pid));
    }

    private static Input exited(long pid, int code) {
        return new Input.Exited(pid, new Exit(code, 0));
    }

    private List<String> spawned() {
        return all.stream()
                .filter(Action.Spawn.class::isInstance)
                .map(action -> ((Action.Spawn) action).command().text())
                .toList();
    }

    private void down() {
        assertThat(actions).contains(new Action.Close());
        when(new Input.Gone("code 0"));
    }

    @Test
    void aSimpleServiceIsUpAsSoonAsItsProgramRuns() {
        given("ExecStartPre=/bin/pre\nExecStart=/bin/x\nExecStartPost=/bin/post\n");
        start();
        started(5);
        when(exited(5, 0));
        started(6);
        assertThat(state.phase()).isEqualTo(Phase.START_POST);
        started(7);
        when(exited(7, 0));
        assertThat(state.phase()).isEqualTo(Phase.UP);
        assertThat(state.main()).isEqualTo(6);
        assertThat(spawned()).containsExactly("/bin/pre", "/bin/x", "/bin/post");
        assertThat(actions).containsExactly(new Action.TellStarted(0));
    }

    @Test
    void aFailingCommandBeforeTheStartKeepsItDown() {
        given("ExecStartPre=/bin/pre\nExecStart=/bin/x\n");
        start();
        started(5);
        when(exited(5, 2), new Input.Emptied());
        down();
        assertThat(state.phase()).isEqualTo(Phase.FAILED);
        assertThat(actions)
                .contains(new Action.TellExited(ServiceResult.EXIT_CODE, "/bin/pre ended with status 2", false));
        assertThat(spawned()).doesNotContain("/bin/x");
    }

    @Test
    void aFailureThatIsToBeIgnoredIsIgnored() {
        given("ExecStartPre=-/bin/pre\nExecStart=/bin/x\n");
        start();
        started(5);
        when(exited(5, 2));
        started(6);
        assertThat(state.phase()).isEqualTo(Phase.UP);
    }

    @Test
    void aForkingServiceIsItsPidFilesProcess() {
        given("Type=forking\nPIDFile=/run/x.pid\nExecStart=/bin/x\n");
        start();
        started(5);
        when(exited(5, 0));
        assertThat(actions).containsExactly(new Action.ReadPidFile());
        when(new Input.PidFile(0));
        assertThat(state.phase()).isEqualTo(Phase.MAIN_PID);
        when(new Input.Tick());
        assertThat(actions).containsExactly(new Action.ReadPidFile());
        when(new Input.PidFile(9));
        assertThat(state.phase()).isEqualTo(Phase.UP);
        assertThat(state.main()).isEqualTo(9);
        assertThat(actions).contains(new Action.Watch(9));
        when(exited(9, 1));
        assertThat(state.result()).isEqualTo(ServiceResult.EXIT_CODE);
    }

    @Test
    void withoutAPidFileTheOnlyProcessThatIsLeftIsTheMainOne() {
        given("Type=forking\nExecStart=/bin/x\n");
        start();
        started(5);
        when(
                exited(5, 0),
                new Input.Processes(List.of(new Input.RunningProcess(9, 1), new Input.RunningProcess(10, 9))));
        assertThat(state.phase()).isEqualTo(Phase.UP);
        assertThat(state.main()).isEqualTo(9);
    }

    @Test
    void aNotifyingServiceIsUpWhenItSaysSo() {
        given("Type=notify\nExecStart=/bin/x\n");
        start();
        started(5);
        when(new Input.Notified("STATUS=warming up"));
        assertThat(state.phase()).isEqualTo(Phase.START);
        assertThat(state.told()).isEqualTo("warming up");
        when(new Input.Notified("READY=1\nMAINPID=8"));
        assertThat(state.phase()).isEqualTo(Phase.UP);
        assertThat(state.main()).isEqualTo(8);
    }

    @Test
    void aNotifyingServiceThatEndsBeforeBreaksItsPromise() {
        given("Type=notify\nExecStart=/bin/x\n");
        start();
        started(5);
        when(exited(5, 0), new Input.Emptied());
        assertThat(state.result()).isEqualTo(ServiceResult.PROTOCOL);
    }

    @Test
    void aOneshotIsUpWhenAllItsCommandsAreDoneAndStaysSoIfItShall() {
        given("Type=oneshot\nExecStart=/bin/a\nExecStart=/bin/b\nRemainAfterExit=yes\n");
        start();
        started(5);
        when(exited(5, 0));
        started(6);
        assertThat(state.phase()).isEqualTo(Phase.START);
        when(exited(6, 0), new Input.Emptied());
        assertThat(state.phase()).isEqualTo(Phase.EXITED);
    }

    @Test
    void aOneshotThatIsDoneIsDown() {
        given("Type=oneshot\nExecStart=/bin/a\n");
        start();
        started(5);
        when(exited(5, 0), new Input.Emptied());
        down();
        assertThat(state.phase()).isEqualTo(Phase.DOWN);
        assertThat(all).contains(new Action.TellStarted(0));
        assertThat(actions).contains(new Action.TellExited(ServiceResult.SUCCESS, "it is done", false));
    }

    @Test
    void aStopTellsAllProcessesAndKillsThoseThatStay() {
        given("ExecStart=/bin/x\nTimeoutStopSec=5\n");
        start();
        started(5);
        when(new Input.Stop("asked"));
        assertThat(actions).containsExactly(new Action.SignalAll(Signal.TERM));
        when(exited(5, 0));
        assertThat(state.phase()).as("another process is there still").isEqualTo(Phase.TERMINATE);
        now += 5_000;
        when(new Input.Tick());
        assertThat(actions).containsExactly(new Action.SignalAll(Signal.KILL));
        when(new Input.Emptied());
        down();
        assertThat(state.phase()).isEqualTo(Phase.FAILED);
        assertThat(state.result()).isEqualTo(ServiceResult.TIMEOUT);
    }

    @Test
    void mixedTellsTheMainProcessAndKillsTheRest() {
        given("ExecStart=/bin/x\nKillMode=mixed\nKillSignal=SIGQUIT\n");
        start();
        started(5);
        when(new Input.Stop("asked"));
        assertThat(actions).containsExactly(new Action.SignalOne(new Signal(3), 5));
        when(exited(5, 0));
        assertThat(actions).containsExactly(new Action.SignalAll(Signal.KILL));
    }

    @Test
    void killModeProcessLetsOthersLiveOverARestartAndEndsThemWithAStop() {
        given("ExecStart=/bin/x\nKillMode=process\n");
        start();
        started(5);
        when(new Input.Restart(), exited(5, 0));
        assertThat(actions).doesNotContain(new Action.Close());
        started(6);
        assertThat(state.phase()).isEqualTo(Phase.UP);
        when(new Input.Stop("asked"), exited(6, 0));
        down();
        assertThat(state.phase()).isEqualTo(Phase.DOWN);
    }

    /** Its script says no more than that it shall end. */
    @Test
    void aDaemonWithoutAKnownMainProcessIsGivenTimeToEnd() {
        given(
                "Type=forking\nGuessMainPID=no\nExecStart=/etc/init.d/x start\nExecStop=/etc/init.d/x stop\nKillMode=process\n");
        start();
        started(5);
        when(exited(5, 0), new Input.Processes(List.of(new Input.RunningProcess(6, 1))));
        assertThat(state.phase()).isEqualTo(Phase.UP);
        when(new Input.Stop("asked"));
        started(7);
        when(exited(7, 0));
        assertThat(actions).containsExactly(new Action.SignalAll(Signal.TERM));
        when(new Input.Emptied());
        down();
        assertThat(state.phase()).isEqualTo(Phase.DOWN);
    }

    @Test
    void aStartWhileItGoesDownByItselfIsNotForgotten() {
        given("ExecStart=/bin/x\n");
        start();
        started(5);
        when(exited(5, 3), new Input.Start(), new Input.Emptied());
        down();
        assertThat(state.phase()).isEqualTo(Phase.OPENING);
    }

    /** A report that no repository takes would be sent for ever. */
    @Test
    void whatIsReportedOfAnEndIsShort() {
        given("ExecStartPre=/bin/" + "x".repeat(100_000) + "\nExecStart=/bin/x\n");
        start();
        started(5);
        when(exited(5, 2), new Input.Emptied());
        down();
        assertThat(actions)
                .anySatisfy(action -> assertThat(action)
                        .isInstanceOfSatisfying(
                                Action.TellExited.class,
                                told -> assertThat(told.detail()).hasSize(1_000)));
    }

    @Test
    void stopCommandsRunAlsoAfterItEndedByItself() {
        given("ExecStart=/bin/x\nExecStop=/bin/stop\nExecStopPost=/bin/post\nRestart=no\n");
        start();
        started(5);
        when(exited(5, 3), new Input.Emptied());
        started(6);
        when(exited(6, 0), new Input.Emptied());
        started(7);
        when(exited(7, 0), new Input.Emptied());
        down();
        assertThat(spawned()).containsExactly("/bin/x", "/bin/stop", "/bin/post");
        assertThat(state.result()).isEqualTo(ServiceResult.EXIT_CODE);
    }

    @Test
    void aServiceThatCrashesIsStartedAgainLaterEachTimeAndThenNoMore() {
        given("ExecStart=/bin/x\nRestart=always\n");
        when(new Input.Start());
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 10 && state.phase() != Phase.FAILED; i++) {
            when(new Input.Opened());
            started(5 + i);
            when(exited(5 + i, 1), new Input.Emptied());
            down();
            if (state.phase() == Phase.PAUSE) {
                pauses.add(state.deadline() - now);
                now = state.deadline();
                when(new Input.Tick());
            }
        }
        assertThat(pauses).containsExactly(100L, 200L, 400L, 800L);
        assertThat(state.phase()).isEqualTo(Phase.FAILED);
        assertThat(state.result()).isEqualTo(ServiceResult.START_LIMIT);
        assertThat(actions)
                .contains(new Action.TellExited(
                        ServiceResult.START_LIMIT,
                        "it was started 5 times in 10 s; the last time its program ended with status 1",
                        false));
        when(new Input.Start());
        assertThat(state.phase()).as("whoever asks again starts anew").isEqualTo(Phase.OPENING);
    }

    @Test
    void aStopBetweenTwoStartsIsOne() {
        given("ExecStart=/bin/x\nRestart=always\n");
        start();
        started(5);
        when(exited(5, 1), new Input.Emptied());
        down();
        assertThat(state.phase()).isEqualTo(Phase.PAUSE);
        when(new Input.Stop("asked"));
        assertThat(state.phase()).isEqualTo(Phase.DOWN);
        now += 100_000;
        when(new Input.Tick());
        assertThat(state.phase()).isEqualTo(Phase.DOWN);
    }

    @Test
    void aSandboxThatIsGoneTakesTheServiceAlong() {
        given("ExecStart=/bin/x\nRestart=on-failure\n");
        start();
        started(5);
        when(new Input.Gone("signal 9"));
        assertThat(state.phase()).isEqualTo(Phase.PAUSE);
        assertThat(actions)
                .contains(new Action.TellExited(ServiceResult.RESOURCES, "its sandbox ended: signal 9", true));
    }

    @Test
    void anAdoptedServiceThatEndsIsStartedAgainLikeAnyOther() {
        given("ExecStart=/bin/x\nRestart=on-failure\n");
        state = ServiceState.adopted(Phase.UP, 7, 5, 2, now);
        when(exited(5, 1), new Input.Emptied());
        down();
        assertThat(state.phase()).isEqualTo(Phase.PAUSE);
        assertThat(state.restarts()).isEqualTo(3);
        state = ServiceState.adopted(Phase.UP, 7, 5, 2, now);
        when(exited(5, 0), new Input.Emptied());
        down();
        assertThat(state.phase()).as("it may end so").isEqualTo(Phase.DOWN);
    }

    @Test
    void whenItIsStartedAgainFollowsItsEnd() {
        Map<String, List<Exit>> yes = new TreeMap<>(Map.of(
                "no", List.of(),
                "always", List.of(new Exit(0, 0), new Exit(1, 0), new Exit(0, 11), new Exit(0, 15)),
                "on-success", List.of(new Exit(0, 0), new Exit(0, 15)),
                "on-failure", List.of(new Exit(1, 0), new Exit(0, 11)),
                "on-abnormal", List.of(new Exit(0, 11)),
                "on-abort", List.of(new Exit(0, 11))));
        yes.forEach((word, exits) -> {
            given("ExecStart=/bin/x\nRestart=" + word + "\n");
            for (Exit exit : List.of(new Exit(0, 0), new Exit(1, 0), new Exit(0, 11), new Exit(0, 15))) {
                ServiceResult result = RestartPolicy.isClean(unit.lifecycle(), exit)
                        ? ServiceResult.SUCCESS
                        : exit.signal() == 0 ? ServiceResult.EXIT_CODE : ServiceResult.SIGNAL;
                assertThat(RestartPolicy.restarts(unit.lifecycle(), result, exit))
                        .as("%s after %s", word, exit.text())
                        .isEqualTo(exits.contains(exit));
            }
        });
    }

    @Test
    void pausesGrowToAMinuteAndAreTheUnitsOwnWhereThoseAreLonger() {
        given("ExecStart=/bin/x\nRestartSec=0\n");
        assertThat(RestartPolicy.pause(unit.lifecycle(), 0)).isEqualTo(Duration.ofMillis(100));
        assertThat(RestartPolicy.pause(unit.lifecycle(), 1_000)).isEqualTo(Duration.ofSeconds(60));
        given("ExecStart=/bin/x\nRestartSec=5min\n");
        assertThat(RestartPolicy.pause(unit.lifecycle(), 3)).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void whatIsNeededComesFirstAndCirclesAreNotWaitedFor() {
        Map<ServiceName, ServiceUnit> units = new TreeMap<>();
        for (String text : List.of(
                "a:Requires=b.service\nAfter=b.service\nWants=c.service",
                "b:After=c.service",
                "c:After=b.service",
                "d:BindsTo=a.service\nAfter=a.service")) {
            ServiceName name = new ServiceName(text.substring(0, 1));
            units.put(name, UnitReader.read(name, UnitFile.parse("[Unit]\n" + text.substring(2)), SPECIFIERS));
        }
        ServiceName a = new ServiceName("a");
        ServiceName b = new ServiceName("b");
        ServiceName c = new ServiceName("c");
        ServiceName d = new ServiceName("d");
        assertThat(StartOrder.starts(units, List.of(a)))
                .containsExactlyInAnyOrderEntriesOf(Map.of(a, Set.of(b), b, Set.of(), c, Set.of()));
        assertThat(StartOrder.stops(units, List.of(b)))
                .containsExactlyInAnyOrderEntriesOf(Map.of(b, Set.of(a), a, Set.of(d), d, Set.of()));
    }

    /** Whatever comes in whatever order: a service that is stopped comes to rest, with no sandbox. */
    @Test
    void everyHistoryEndsDown() {
        long seed = Long.getLong("cloister.seed", 20261128);
        Random random = new Random(seed);
        String[] types = {"simple", "forking", "oneshot", "notify"};
        String[] modes = {"control-group", "mixed", "process", "none"};
        for (int round = 0; round < 3_000; round++) {
            given("Type=" + types[random.nextInt(types.length)] + "\nKillMode=" + modes[random.nextInt(modes.length)]
                    + "\nRestart=always\nExecStartPre=/bin/a\nExecStart=/bin/b\nExecReload=/bin/r\nExecStop=/bin/c\nExecStopPost=/bin/d\n"
                    + (random.nextBoolean() ? "PIDFile=/run/x\n" : ""));
            state = ServiceState.NEW;
            for (int i = 0; i < 30; i++) {
                now += random.nextInt(100);
                when(any(random));
            }
            when(new Input.Stop("asked"));
            for (int i = 0; i < 200 && !state.phase().isSettledDown(); i++) {
                now += 100_000;
                when(new Input.Tick());
            }
            assertThat(state.phase().isSettledDown())
                    .as("seed %d round %d: %s", seed, round, state)
                    .isTrue();
        }
    }

    private Input any(Random random) {
        long pid = random.nextBoolean() ? Math.max(state.main(), state.control()) : random.nextInt(5);
        return switch (random.nextInt(13)) {
            case 0 -> new Input.Start();
            case 1 -> new Input.Stop("x");
            case 2 -> new Input.Restart();
            case 3 -> new Input.Reload();
            case 4 -> new Input.Opened();
            case 5, 6 -> new Input.Started(state.token(), 2 + random.nextInt(5));
            case 7 -> new Input.StartFailed(state.token(), "x");
            case 8, 9 -> exited(pid, random.nextInt(2));
            case 10 -> new Input.Emptied();
            case 11 ->
                random.nextBoolean()
                        ? new Input.Notified("READY=1\nMAINPID=" + random.nextInt(9))
                        : new Input.PidFile(random.nextInt(4));
            default -> random.nextBoolean() ? new Input.Gone("x") : new Input.Processes(List.of());
        };
    }
}
