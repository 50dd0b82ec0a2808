package org.cloister.agent.supervise;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import org.cloister.agent.service.Action;
import org.cloister.agent.service.Exit;
import org.cloister.agent.service.Input;
import org.cloister.agent.service.ServiceMachine;
import org.cloister.agent.service.ServiceState;
import org.cloister.agent.service.ServiceUnit;
import org.cloister.agent.service.TemporaryDirectory;
import org.cloister.agent.state.ServiceRow;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.ServiceExited;
import org.cloister.events.HostEvent.ServiceStarted;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out the steps of services, and turns what their sandboxes tell into steps. On the supervisor's thread. */
final class ServiceRunner implements SandboxMaker.Hearer {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceRunner.class);
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** A keeper remembers what isn't acknowledged: one that says much must not fill it with what changes nothing. */
    private static final long MAX_HEARD = 1_000;
    /** Of one service while the disk is full: the oldest are lost. */
    private static final int MAX_UNSAVED = 100;

    private static final String PID = "[1-9][0-9]{0,8}";

    private final ServicePlaces places;
    private final ServiceReports reports;
    private final String boot;
    private final Executor here;
    private final SandboxMaker sandboxes;

    /**
     * @param boot of the machine
     * @param elsewhere for what takes time
     * @param here the supervisor's thread
     * @param occupied whether another service of its root has a sandbox, or will soon
     */
    ServiceRunner(
            ServicePlaces places,
            SandboxCommand command,
            ServiceReports reports,
            RootEntrances entrances,
            String boot,
            Executor elsewhere,
            Executor here,
            Predicate<Supervised> occupied) {
        this.places = places;
        this.reports = reports;
        this.boot = boot;
        this.here = here;
        this.sandboxes = new SandboxMaker(places, command, entrances, elsewhere, here, occupied, this);
    }

    SandboxMaker sandboxes() {
        return sandboxes;
    }

    static long now() {
        return System.nanoTime() / NANOS_PER_MILLI;
    }

    /** One step: durable before it is carried out. */
    void apply(Supervised service, Input input) {
        ServiceState before = service.state;
        ServiceMachine.Step step = ServiceMachine.step(service.unit, before, input, now());
        service.state = step.state();
        List<HostEvent> events = new ArrayList<>();
        for (Action action : step.actions()) {
            if (action instanceof Action.TellStarted told) {
                events.add(new ServiceStarted(service.root, service.name, told.restarts()));
                service.upSince = System.currentTimeMillis() / 1_000;
            } else if (action instanceof Action.TellExited told) {
                LOG.info("service {} of {}: {}", service.name, service.root, told.detail());
                events.add(new ServiceExited(service.root, service.name, told.result(), told.detail(), told.again()));
                service.upSince = 0;
                if (!told.again() && !service.agentEnds && service.row.wish() == ServiceRow.Wish.UP) {
                    service.row = service.row.withWish(ServiceRow.Wish.NONE);
                }
            }
        }
        save(service, events);
        for (Action action : step.actions()) {
            perform(service, action);
        }
    }

    /** Writes down what an agent after this one must know, if it is new. */
    void save(Supervised service, List<HostEvent> events) {
        ServiceState state = service.state;
        ServiceRow row = new ServiceRow(
                service.root,
                service.name,
                service.row.enabled(),
                service.row.wish(),
                boot,
                state.phase().name(),
                state.token(),
                state.main(),
                state.restarts(),
                service.heard);
        service.unsaved.addAll(events);
        while (service.unsaved.size() > MAX_UNSAVED) {
            service.unsaved.remove();
        }
        boolean many = service.heard - service.saved.heard() >= MAX_HEARD;
        if (service.unsaved.isEmpty() && !many && row.equals(service.saved.withHeard(service.heard))) {
            return;
        }
        service.row = row;
        try {
            reports.save(row, List.copyOf(service.unsaved));
            service.unsaved.clear();
            service.saved = row;
            if (service.sandbox != null) {
                service.sandbox.acknowledge(service.heard);
            }
        } catch (IOException e) {
            LOG.error("service {} of {}: {}", service.name, service.root, e.getMessage());
        }
    }

    private void perform(Supervised service, Action action) {
        if (action instanceof Action.Open) {
            sandboxes.open(service);
        } else if (action instanceof Action.Spawn spawn) {
            spawn(service, spawn);
        } else if (action instanceof Action.SignalOne signal) {
            send(service, "signal", Integer.toString(signal.signal().number()), Long.toString(signal.pid()));
        } else if (action instanceof Action.SignalAll signal) {
            send(service, "signal", Integer.toString(signal.signal().number()), "all");
        } else if (action instanceof Action.Watch watch) {
            send(service, "watch", Long.toString(watch.pid()));
        } else if (action instanceof Action.ReadPidFile) {
            readPidFile(service);
        } else if (action instanceof Action.ListProcesses) {
            send(service, "list");
        } else if (action instanceof Action.RemoveFiles) {
            removeFiles(service);
        } else if (action instanceof Action.Close) {
            if (service.sandbox == null) {
                service.generation.incrementAndGet();
                here.execute(() -> apply(service, new Input.Gone("it was ended while it was made")));
            } else {
                send(service, "end");
            }
        }
    }

    private static void send(Supervised service, String... words) {
        if (service.sandbox != null) {
            service.sandbox.send(List.of(words));
        }
    }

    private void spawn(Supervised service, Action.Spawn action) {
        try {
            List<String> words = SpawnWords.of(service.unit, action, path -> places.text(service.root, path));
            send(service, words.toArray(String[]::new));
        } catch (IOException e) {
            here.execute(() -> apply(service, new Input.StartFailed(action.token(), String.valueOf(e.getMessage()))));
        }
    }

    private static void readPidFile(Supervised service) {
        service.unit.lifecycle().pidFile().ifPresent(path -> send(service, "pidfile", path));
    }

    private static void removeFiles(Supervised service) {
        List<String> words = new ArrayList<>(List.of("remove"));
        service.unit.lifecycle().pidFile().ifPresent(words::add);
        service.unit.execution().directories().stream()
                .filter(ServiceUnit.OwnDirectory::temporary)
                .forEach(own -> words.add(own.path()));
        if (words.size() > 1) {
            send(service, words.toArray(String[]::new));
        }
    }

    @Override
    public void heard(Supervised service, long number, List<String> words) {
        service.heard = Math.max(service.heard, number);
        Function<Integer, String> word = i -> i < words.size() ? words.get(i) : "";
        Function<Integer, Integer> count =
                i -> word.apply(i).matches("[0-9]{1,9}") ? Integer.parseInt(word.apply(i)) : 0;
        switch (words.get(0)) {
            case "up" -> {
                if (service.prepares) {
                    prepare(service);
                }
                apply(service, new Input.Opened());
            }
            case "started" -> apply(service, new Input.Started(count.apply(1), count.apply(2)));
            case "failed" -> apply(service, new Input.StartFailed(count.apply(1), word.apply(2)));
            case "exited" ->
                apply(
                        service,
                        new Input.Exited(
                                count.apply(1),
                                word.apply(2).equals("signal") && count.apply(3) > 0
                                        ? new Exit(0, count.apply(3))
                                        : new Exit(count.apply(3), 0)));
            case "empty" -> apply(service, new Input.Emptied());
            case "notify" -> apply(service, new Input.Notified(word.apply(1)));
            case "pidfile" -> apply(service, new Input.PidFile(count.apply(1)));
            case "processes" -> processes(service, words.subList(1, words.size()));
            case "gone" -> gone(service, service.generation.get(), word.apply(1) + " " + word.apply(2));
            default -> LOG.info("service {} of {}: {}", service.name, service.root, words);
        }
    }

    private void prepare(Supervised service) {
        try {
            for (TemporaryDirectory one : places.temporaryDirectories(service.root)) {
                send(service, "directory", one.path(), one.mode(), one.user(), one.group());
            }
        } catch (IOException e) {
            LOG.warn("service {} of {}: {}", service.name, service.root, e.getMessage());
        }
    }

    private void processes(Supervised service, List<String> words) {
        List<Input.RunningProcess> all = new ArrayList<>();
        for (String word : words) {
            String[] parts = word.split(":", 2);
            if (parts.length == 2 && parts[0].matches(PID) && parts[1].matches("[0-9]{1,9}")) {
                all.add(new Input.RunningProcess(Long.parseLong(parts[0]), Long.parseLong(parts[1])));
            }
        }
        apply(service, new Input.Processes(all));
    }

    @Override
    public void gone(Supervised service, int generation, String detail) {
        if (service.generation.get() != generation) {
            return;
        }
        service.generation.incrementAndGet();
        if (service.sandbox != null) {
            service.sandbox.leave();
            service.sandbox = null;
        }
        apply(service, new Input.Gone(detail));
    }
}
