package org.cloister.agent.supervise;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.cloister.agent.control.ServiceControl;
import org.cloister.agent.control.ServiceView;
import org.cloister.agent.follow.Situation;
import org.cloister.agent.image.HostImage;
import org.cloister.agent.image.LinkedRoot;
import org.cloister.agent.service.Input;
import org.cloister.agent.service.ServiceState.Phase;
import org.cloister.agent.service.ServiceUnit;
import org.cloister.agent.state.ServiceRow;
import org.cloister.agent.supervise.RootUnits.Found;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.ServiceDisabled;
import org.cloister.events.HostEvent.ServiceEnabled;
import org.cloister.events.Isolation;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The services of all roots, on a thread of its own. What was up when an earlier agent was killed is taken over; what an agent stopped at its own orderly
 * end is started again by the next one; after a restart of the machine, what is enabled is.
 */
public final class ServiceSupervisor implements ServiceControl, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceSupervisor.class);
    private static final long LOOK_MILLIS = 500;
    /** While a PID file is awaited. */
    private static final long SHORT_LOOK_MILLIS = 50;
    /** For all services together, when the agent ends. */
    private static final long END_MILLIS = 20_000;

    /** For all services of a root, when they move; who doesn't stop until then follows later. */
    private static final long MOVE_MILLIS = 120_000;

    private static final long INTERRUPT_AGAIN_MILLIS = 100;

    private final RootUnits units;
    private final ServicePlaces places;
    private final ServiceReports reports;
    private final Situation situation;
    private final ServiceRunner runner;
    private final RootEntrances entrances;
    private final LinkedBlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
    private final ExecutorService elsewhere = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "service-opener");
        thread.setDaemon(true);
        return thread;
    });
    private final Thread thread = new Thread(this::run, "services");

    private final ServiceTable table;
    private final ServiceOrders orders;
    private final RootFollower follower;

    private @Nullable HostImage mounted;
    private boolean ending;
    /** Of the services' thread alone. */
    private final List<Awaited> awaited = new ArrayList<>();

    public ServiceSupervisor(
            RootUnits units,
            ServicePlaces places,
            SandboxCommand command,
            ServiceReports reports,
            Situation situation,
            RootEntrances entrances)
            throws IOException {
        this.units = units;
        this.places = places;
        this.reports = reports;
        this.situation = situation;
        this.entrances = entrances;
        String boot =
                Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        this.table = new ServiceTable(units, situation, entrances);
        this.runner = new ServiceRunner(
                places, command, reports, entrances, boot, elsewhere, work::add, table::hasNeighbours);
        this.orders = new ServiceOrders(table, runner, places);
        this.follower = new RootFollower(table, orders, runner, places, reports, situation, boot);
        thread.setDaemon(true);
    }

    /** The roots of the restored image are mounted. */
    public void start() throws IOException {
        places.prepare();
        for (ServiceRow row : reports.all()) {
            table.restore(row);
        }
        HostImage image = situation.image();
        work.add(() -> {
            mounted = image;
            follower.takeOver(image);
        });
        thread.start();
    }

    /** These roots are mounted. */
    public void switched(HostImage image) {
        work.add(() -> mounted = image);
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                Runnable next = work.poll(pause(), TimeUnit.MILLISECONDS);
                if (next != null) {
                    next.run();
                }
                if (work.isEmpty()) {
                    look();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                // One service's trouble isn't the others'.
                LOG.error("services", e);
            }
        }
    }

    private long pause() {
        long now = ServiceRunner.now();
        long pause = LOOK_MILLIS;
        for (Supervised service : table.all()) {
            if (service.state.phase() == Phase.MAIN_PID) {
                pause = Math.min(pause, SHORT_LOOK_MILLIS);
            }
            if (service.state.deadline() > 0) {
                pause = Math.min(pause, Math.max(1, service.state.deadline() - now));
            }
        }
        return pause;
    }

    private void look() {
        for (Supervised service : table.all()) {
            boolean due = service.state.deadline() > 0 && ServiceRunner.now() >= service.state.deadline();
            if (due || service.state.phase() == Phase.MAIN_PID) {
                runner.apply(service, new Input.Tick());
            }
        }
        HostImage roots = mounted;
        if (!ending && roots != null) {
            follower.look(roots);
        }
        orders.proceed();
        awaited.removeIf(Awaited::isOver);
    }

    /** Somebody waits for a condition, which is looked at on the services' thread after all that happens. */
    private record Awaited(Callable<Boolean> condition, CompletableFuture<Boolean> holds) {
        boolean isOver() {
            try {
                return holds.isDone() || (condition.call() && holds.complete(true));
            } catch (Exception e) {
                return holds.completeExceptionally(e);
            }
        }
    }

    /** Returns when the condition holds, or {@code limit} is over. */
    private void await(Callable<Boolean> condition, Duration limit) throws IOException, InterruptedException {
        Awaited one = new Awaited(condition, new CompletableFuture<>());
        one.holds.completeOnTimeout(false, limit.toMillis(), TimeUnit.MILLISECONDS);
        work.add(() -> awaited.add(one));
        get(one.holds);
    }

    private <T> T ask(Callable<T> question) throws IOException, InterruptedException {
        CompletableFuture<T> answer = new CompletableFuture<>();
        work.add(() -> {
            try {
                answer.complete(question.call());
            } catch (Exception e) {
                answer.completeExceptionally(e);
            }
        });
        return get(answer);
    }

    private static <T> T get(CompletableFuture<T> answer) throws IOException, InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw new IOException(cause.getMessage(), cause);
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private LinkedRoot linked(RootName name) throws IOException {
        LinkedRoot root = mounted == null ? null : mounted.roots().get(name);
        if (root == null) {
            throw new IOException("there is no root " + name + " here");
        }
        return root;
    }

    @Override
    public List<ServiceView> services(RootName root) throws IOException, InterruptedException {
        return ask(() -> table.views(linked(root)));
    }

    @Override
    public List<ServiceView> change(RootName root, List<ServiceName> names, Operation operation, Duration limit)
            throws IOException, InterruptedException {
        List<ServiceName> real = ask(() -> asked(linked(root), names, operation));
        await(() -> views(root, real).stream().allMatch(ServiceView::settled), limit);
        return ask(() -> views(root, real));
    }

    private List<ServiceView> views(RootName root, List<ServiceName> names) throws IOException {
        return table.views(linked(root)).stream()
                .filter(view -> names.contains(view.name()))
                .toList();
    }

    /** @return the services' own names */
    private List<ServiceName> asked(LinkedRoot root, List<ServiceName> names, Operation operation) throws IOException {
        RootUnits.All all = units.of(root);
        List<ServiceName> real = new ArrayList<>();
        for (ServiceName name : names) {
            Found found = all.get(name).orElse(null);
            if (found == null && !name.instance().isEmpty()) {
                found = units.withInstance(root, name).services().get(name);
            }
            if (found == null) {
                throw new IOException(
                        "there is no service " + name + " in " + root.target().root());
            }
            ServiceName own = found.unit().name();
            if (own.isTemplate()) {
                throw new IOException(own + " is a template: name an instance of it, such as " + own + "x");
            }
            boolean upwards = operation != Operation.STOP && operation != Operation.DISABLE;
            if (found.masked() && upwards) {
                throw new IOException(own + " is masked: " + found.file() + " leads to /dev/null in the root");
            }
            if (operation == Operation.RELOAD && !canReload(root, own, found.unit())) {
                throw new IOException(own + " can't be asked to reload: it isn't up, or has no ExecReload=");
            }
            real.add(own);
        }
        switch (operation) {
            case START -> orders.startAll(root, real, false);
            case RESTART -> orders.startAll(root, orders.withDependents(root, real), true);
            case STOP -> orders.stopAll(root, real, "it was stopped");
            case RELOAD -> {
                for (ServiceName name : real) {
                    Supervised service = table.get(root.target().root(), name);
                    if (service != null) {
                        runner.apply(service, new Input.Reload());
                    }
                }
            }
            case ENABLE -> enable(root, real, true);
            case DISABLE -> enable(root, real, false);
            default -> throw new IllegalStateException("no such operation");
        }
        return real;
    }

    private boolean canReload(LinkedRoot root, ServiceName name, ServiceUnit unit) {
        Supervised service = table.get(root.target().root(), name);
        return service != null
                && service.state.phase() == Phase.UP
                && (!unit.commands().reload().isEmpty() || unit.lifecycle().type() == ServiceUnit.Type.NOTIFY_RELOAD);
    }

    private void enable(LinkedRoot root, List<ServiceName> names, boolean enabled) throws IOException {
        RootName where = root.target().root();
        for (ServiceName name : names) {
            Map<ServiceName, ServiceUnit> all = table.unitsOf(root, List.of(name));
            if (!all.containsKey(name)) {
                continue;
            }
            Supervised service = table.supervised(root, name, all);
            if (table.isEnabled(service) == enabled) {
                continue;
            }
            HostEvent event = enabled
                    ? new ServiceEnabled(where, name)
                    : new ServiceDisabled(where, name, "somebody asked for it");
            service.row = service.row.withEnabled(enabled);
            runner.save(service, List.of(event));
            table.kept(service);
        }
    }

    @Override
    public void isolate(RootName name, Isolation isolation) throws IOException, InterruptedException {
        List<Supervised> moving = ask(() -> {
            linked(name);
            if (entrances.isolation(name) == isolation) {
                return List.of();
            }
            entrances.isolate(name, isolation);
            return stopForNow(
                    name, isolation == Isolation.GUEST ? "it moves into a guest" : "it moves out of its guest");
        });
        await(() -> areDown(moving), Duration.ofMillis(MOVE_MILLIS));
        ask(() -> {
            moving.forEach(service -> service.agentEnds = ending);
            if (!ending && !moving.isEmpty()) {
                orders.startAll(
                        linked(name),
                        moving.stream().map(service -> service.name).toList(),
                        false);
            }
            return true;
        });
    }

    /** Those of a root that are up, or on their way; people still wish them up. */
    private List<Supervised> stopForNow(RootName root, String why) {
        List<Supervised> stopped = table.all().stream()
                .filter(service -> service.root.equals(root))
                .filter(service ->
                        service.state.phase().isUp() || service.state.phase().isStarting() || service.start != null)
                .toList();
        for (Supervised service : stopped) {
            service.agentEnds = true;
            orders.stop(service, orders.after(service), why);
        }
        return stopped;
    }

    private static boolean areDown(List<Supervised> services) {
        return services.stream()
                .allMatch(
                        service -> service.stop == null && service.state.phase().isSettledDown());
    }

    @Override
    public List<String> log(RootName root, ServiceName name, int lines) throws IOException {
        return ServiceLog.tail(places.log(root, name), lines);
    }

    /** Stops every service in order; the next agent starts them again. */
    @Override
    public void close() throws InterruptedException {
        try {
            ask(() -> {
                ending = true;
                for (Supervised service : table.all()) {
                    service.agentEnds = true;
                    orders.stop(service, orders.after(service), "the agent ends");
                }
                return true;
            });
            await(() -> areDown(table.all()), Duration.ofMillis(END_MILLIS));
            ask(() -> {
                for (Supervised service : table.all()) {
                    if (service.sandbox != null) {
                        service.sandbox.leave();
                    }
                }
                return true;
            });
        } catch (IOException e) {
            LOG.error("services", e);
        }
        while (thread.isAlive()) {
            thread.interrupt();
            thread.join(INTERRUPT_AGAIN_MILLIS);
        }
        elsewhere.shutdownNow();
    }
}
