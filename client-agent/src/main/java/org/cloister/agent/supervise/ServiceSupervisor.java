package org.cloister.agent.supervise;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.cloister.agent.control.ServiceControl;
import org.cloister.agent.control.ServiceView;
import org.cloister.agent.follow.Situation;
import org.cloister.agent.image.HostImage;
import org.cloister.agent.image.LinkedRoot;
import org.cloister.agent.service.Condition;
import org.cloister.agent.service.Input;
import org.cloister.agent.service.ServiceState;
import org.cloister.agent.service.ServiceState.Phase;
import org.cloister.agent.service.ServiceUnit;
import org.cloister.agent.service.StartOrder;
import org.cloister.agent.state.ServiceRow;
import org.cloister.agent.state.ServiceRow.Wish;
import org.cloister.agent.supervise.RootUnits.Found;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.ServiceDisabled;
import org.cloister.events.HostEvent.ServiceEnabled;
import org.cloister.events.HostEvent.ServiceExited;
import org.cloister.events.HostEvent.ServiceResult;
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

    private static final long INTERRUPT_AGAIN_MILLIS = 100;
    private static final int MAX_LOG_FILES = 4;
    private static final int MAX_LOG_LINES = 100_000;

    private record Key(RootName root, ServiceName name) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byRoot = root.compareTo(other.root);
            return byRoot != 0 ? byRoot : name.compareTo(other.name);
        }
    }

    private final RootUnits units;
    private final ServicePlaces places;
    private final ServiceReports reports;
    private final Situation situation;
    private final ServiceRunner runner;
    private final String boot;
    private final LinkedBlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
    private final ExecutorService elsewhere = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "service-opener");
        thread.setDaemon(true);
        return thread;
    });
    private final Thread thread = new Thread(this::run, "services");

    private final SortedMap<Key, Supervised> services = new TreeMap<>();
    private final Map<Key, ServiceRow> rows = new HashMap<>();
    /** Roots as their services were looked at. */
    private final Map<RootName, LinkedRoot> known = new HashMap<>();
    /** Started because the host's events say so, not somebody here. */
    private final Set<Key> byEvents = new TreeSet<>();

    private @Nullable HostImage mounted;
    private boolean ending;

    public ServiceSupervisor(
            RootUnits units,
            ServicePlaces places,
            SandboxCommand command,
            ServiceReports reports,
            Situation situation,
            ServiceRunner.Entrances entrances)
            throws IOException {
        this.units = units;
        this.places = places;
        this.reports = reports;
        this.situation = situation;
        this.boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        this.runner =
                new ServiceRunner(places, command, reports, entrances, boot, elsewhere, work::add, this::hasNeighbours);
        thread.setDaemon(true);
    }

    private boolean hasNeighbours(Supervised service) {
        return services.values().stream()
                .anyMatch(one -> one != service
                        && one.root.equals(service.root)
                        && (one.sandbox != null || one.state.phase() == Phase.OPENING));
    }

    /** The roots of the restored image are mounted. */
    public void start() throws IOException {
        places.prepare();
        for (ServiceRow row : reports.all()) {
            rows.put(new Key(row.root(), row.name()), row);
        }
        HostImage image = situation.image();
        work.add(() -> takeOver(image));
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
        for (Supervised service : services.values()) {
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
        for (Supervised service : List.copyOf(services.values())) {
            boolean due = service.state.deadline() > 0 && ServiceRunner.now() >= service.state.deadline();
            if (due || service.state.phase() == Phase.MAIN_PID) {
                runner.apply(service, new Input.Tick());
            }
        }
        if (!ending) {
            lookAtRoots();
        }
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Supervised service : List.copyOf(services.values())) {
                moved |= continueStart(service) | continueStop(service);
            }
        }
    }

    // Orders.

    private boolean continueStart(Supervised service) {
        Supervised.Waiting start = service.start;
        if (start == null) {
            return false;
        }
        for (ServiceName other : start.others()) {
            Supervised first = services.get(new Key(service.root, other));
            boolean coming = first != null
                    && (first.start != null
                            || (first.state.phase().isStarting() && first.state.phase() != Phase.PAUSE));
            if (coming) {
                return false;
            }
            boolean needed = service.unit.relations().requires().contains(other)
                    || service.unit.relations().bindsTo().contains(other);
            if (needed && first != null && first.state.phase() == Phase.FAILED) {
                service.start = null;
                runner.apply(service, new Input.Refused("it requires " + other + ", which failed"));
                return true;
            }
        }
        service.start = null;
        for (ServiceName other : service.unit.relations().requisite()) {
            Supervised first = services.get(new Key(service.root, other));
            if (first == null || !first.state.phase().isUp()) {
                runner.apply(service, new Input.Refused(other + ", which Requisite= names, isn't up"));
                return true;
            }
        }
        runner.apply(service, start(service, start.again()));
        return true;
    }

    private Input start(Supervised service, boolean again) {
        try {
            Optional<Condition> unmet = new PathConditions(places.view(service.root))
                    .unmet(service.unit.relations().conditions());
            if (unmet.isEmpty()) {
                return again ? new Input.Restart() : new Input.Start();
            }
            String reason = unmet.get().text() + " isn't met";
            return unmet.get().assertion() ? new Input.Refused(reason) : new Input.Skipped(reason);
        } catch (IOException e) {
            return new Input.Refused("its conditions can't be looked at: " + e.getMessage());
        }
    }

    private boolean continueStop(Supervised service) {
        Supervised.Waiting stop = service.stop;
        if (stop == null) {
            return false;
        }
        boolean wait = stop.others().stream()
                .map(other -> services.get(new Key(service.root, other)))
                .anyMatch(other -> other != null && !other.state.phase().isSettledDown());
        if (wait) {
            return false;
        }
        service.stop = null;
        runner.apply(service, new Input.Stop(stop.why()));
        return true;
    }

    private void startAll(LinkedRoot root, Collection<ServiceName> names, boolean again) throws IOException {
        RootName name = root.target().root();
        Map<ServiceName, ServiceUnit> all = unitsOf(root, names);
        StartOrder.starts(all, names).forEach((service, before) -> {
            Supervised one = supervised(root, service, all);
            boolean asked = names.contains(service);
            if (asked || !one.state.phase().isUp()) {
                for (ServiceName enemy : one.unit.relations().conflicts()) {
                    Supervised other = services.get(new Key(name, enemy));
                    if (other != null && !other.state.phase().isSettledDown()) {
                        stop(other, Set.of(), "it conflicts with " + service);
                    }
                }
                wish(one, Wish.UP);
                one.stop = null;
                one.start = new Supervised.Waiting(before, "", again && asked);
            }
        });
    }

    private void stopAll(LinkedRoot root, Collection<ServiceName> names, String why) throws IOException {
        Map<ServiceName, ServiceUnit> all = unitsOf(root, names);
        StartOrder.stops(all, names).forEach((service, before) -> {
            Supervised one = services.get(new Key(root.target().root(), service));
            if (one != null) {
                wish(one, Wish.DOWN);
                stop(one, before, why);
            }
        });
    }

    private static void stop(Supervised service, Set<ServiceName> before, String why) {
        service.start = null;
        service.stop = new Supervised.Waiting(before, why, false);
    }

    private void wish(Supervised service, Wish wish) {
        service.row = service.row.withWish(wish);
        runner.save(service, List.of());
    }

    private Map<ServiceName, ServiceUnit> unitsOf(LinkedRoot root, Collection<ServiceName> names) throws IOException {
        Map<ServiceName, ServiceUnit> all = new TreeMap<>();
        RootUnits.All here = units.of(root);
        here.services().forEach((name, found) -> {
            if (!found.masked() && !name.isTemplate()) {
                all.put(name, found.unit());
            }
        });
        for (ServiceName name : names) {
            if (!all.containsKey(name) && !name.instance().isEmpty()) {
                Found instance = units.withInstance(root, name).services().get(name);
                if (instance != null) {
                    all.put(name, instance.unit());
                }
            }
        }
        return all;
    }

    private Supervised supervised(LinkedRoot root, ServiceName name, Map<ServiceName, ServiceUnit> all) {
        ServiceUnit unit = Objects.requireNonNull(all.get(name));
        Key key = new Key(root.target().root(), name);
        Supervised service = services.computeIfAbsent(
                key,
                missing -> new Supervised(
                        key.root(), name, unit, root, rows.getOrDefault(key, ServiceRow.unknown(key.root(), name))));
        if (service.state.phase().isSettledDown()) {
            service.unit = unit;
            service.linked = root;
        }
        return service;
    }

    // What is there already, and what comes and goes.

    private void takeOver(HostImage image) {
        mounted = image;
        for (Map.Entry<Key, ServiceRow> entry : rows.entrySet()) {
            LinkedRoot root = image.roots().get(entry.getKey().root());
            if (root != null) {
                try {
                    takeOver(root, entry.getValue());
                } catch (IOException e) {
                    LOG.error(
                            "service {} of {}: {}",
                            entry.getKey().name(),
                            entry.getKey().root(),
                            e.getMessage());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private void takeOver(LinkedRoot root, ServiceRow row) throws IOException, InterruptedException {
        Map<ServiceName, ServiceUnit> all = unitsOf(root, List.of(row.name()));
        if (!all.containsKey(row.name())) {
            return;
        }
        Supervised service = supervised(root, row.name(), all);
        Phase phase = phase(row);
        boolean same = boot.equals(row.boot());
        if (same && phase.isUp() && runner.adopt(service, phase == Phase.RELOAD ? Phase.UP : phase)) {
            LOG.info("service {} of {} goes on", row.name(), row.root());
            return;
        }
        if (same) {
            runner.leaveBehind(places.directory(row.root(), row.name()));
        }
        if (!phase.isSettledDown()) {
            String detail = same ? "the agent was killed while it came up or went down" : "the machine went down";
            String lost = same && phase.isUp() ? "its processes are gone" : detail;
            boolean again = (same && row.wish() == Wish.UP) || isEnabled(service);
            runner.save(
                    service, List.of(new ServiceExited(row.root(), row.name(), ServiceResult.RESOURCES, lost, again)));
        }
        if (same && row.wish() == Wish.UP) {
            startAll(root, List.of(row.name()), false);
        }
    }

    private static Phase phase(ServiceRow row) {
        return Stream.of(Phase.values())
                .filter(one -> one.name().equals(row.phase()))
                .findFirst()
                .orElse(Phase.DOWN);
    }

    private boolean isEnabled(Supervised service) {
        Boolean here = service.row.enabled();
        return here != null ? here : situation.image().isEnabled(service.root, service.name);
    }

    private void lookAtRoots() {
        HostImage now = mounted;
        if (now == null) {
            return;
        }
        known.keySet().retainAll(now.roots().keySet());
        Set<Key> keys = new TreeSet<>(rows.keySet());
        keys.addAll(services.keySet());
        keys.removeIf(key -> now.roots().containsKey(key.root()));
        keys.forEach(this::removed);
        for (LinkedRoot root : now.roots().values()) {
            RootName name = root.target().root();
            LinkedRoot before = known.put(name, root);
            try {
                if (before == null) {
                    startEnabled(root);
                } else if (!before.equals(root)) {
                    restartAll(root);
                }
                followEvents(root);
            } catch (IOException e) {
                LOG.warn("services of {}: {}", name, e.getMessage());
                known.remove(name);
            }
        }
    }

    /** All that are enabled, but for those that somebody stopped since the machine is up. */
    private void startEnabled(LinkedRoot root) throws IOException {
        List<ServiceName> names = new ArrayList<>();
        for (Map.Entry<Key, ServiceRow> entry : rows.entrySet()) {
            ServiceRow row = entry.getValue();
            boolean stopped = boot.equals(row.boot()) && row.wish() == Wish.DOWN;
            if (entry.getKey().root().equals(root.target().root()) && Boolean.TRUE.equals(row.enabled()) && !stopped) {
                names.add(row.name());
            }
        }
        if (!names.isEmpty()) {
            startAll(root, names, false);
        }
    }

    /** An empty agent replays what was decided before it. */
    private void followEvents(LinkedRoot root) throws IOException {
        RootName name = root.target().root();
        for (ServiceName service : situation.image().services().getOrDefault(name, Collections.emptySortedSet())) {
            Key key = new Key(name, service);
            if (!rows.containsKey(key) && !services.containsKey(key) && byEvents.add(key)) {
                startAll(root, List.of(service), false);
            }
        }
        for (Key key : Set.copyOf(byEvents)) {
            if (key.root().equals(name) && !situation.image().isEnabled(name, key.name())) {
                byEvents.remove(key);
                Supervised one = services.get(key);
                if (one != null && one.row.enabled() == null) {
                    stopAll(root, List.of(key.name()), "it is enabled no longer");
                }
            }
        }
    }

    /** Its root is gone: it is stopped, and then nothing of it is known any more. */
    private void removed(Key key) {
        Supervised service = services.get(key);
        if (service != null && (!service.state.phase().isSettledDown() || service.sandbox != null)) {
            if (service.stop == null && service.state.phase() != Phase.CLOSING) {
                stop(service, Set.of(), "its root was removed");
            }
            return;
        }
        ServiceRow row = service == null ? rows.get(key) : service.row;
        Boolean decided = row == null ? null : row.enabled();
        boolean enabled = decided != null ? decided : situation.image().isEnabled(key.root(), key.name());
        try {
            reports.forget(
                    key.root(),
                    key.name(),
                    enabled ? List.of(new ServiceDisabled(key.root(), key.name(), "its root was removed")) : List.of());
            rows.remove(key);
            services.remove(key);
            byEvents.remove(key);
        } catch (IOException e) {
            LOG.error("service {} of {}: {}", key.name(), key.root(), e.getMessage());
        }
    }

    /** Their programs have changed below them. */
    private void restartAll(LinkedRoot root) throws IOException {
        List<ServiceName> names = new ArrayList<>();
        Map<ServiceName, ServiceUnit> all = unitsOf(root, List.of());
        for (Supervised service : services.values()) {
            boolean there = service.root.equals(root.target().root()) && !service.linked.equals(root);
            if (there && (service.state.phase().isUp() || service.state.phase().isStarting())) {
                if (all.containsKey(service.name) || !service.name.instance().isEmpty()) {
                    names.add(service.name);
                } else {
                    stop(service, Set.of(), "its package no longer ships it");
                }
            }
        }
        for (ServiceName name : names) {
            Supervised service = services.get(new Key(root.target().root(), name));
            if (service != null) {
                service.linked = root;
                service.unit =
                        Objects.requireNonNull(unitsOf(root, List.of(name)).getOrDefault(name, service.unit));
                service.start = new Supervised.Waiting(Set.of(), "", true);
            }
        }
    }

    // What people ask.

    private <T> T ask(Callable<T> question) throws IOException, InterruptedException {
        CompletableFuture<T> answer = new CompletableFuture<>();
        work.add(() -> {
            try {
                answer.complete(question.call());
            } catch (Exception e) {
                answer.completeExceptionally(e);
            }
        });
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
        return ask(() -> views(linked(root)));
    }

    private List<ServiceView> views(LinkedRoot root) throws IOException {
        RootName name = root.target().root();
        RootUnits.All all = units.of(root);
        SortedMap<ServiceName, ServiceView> views = new TreeMap<>();
        all.services().forEach((service, found) -> views.put(service, view(name, service, found)));
        for (Supervised one : services.values()) {
            if (one.root.equals(name) && !views.containsKey(one.name)) {
                Found template = all.services().get(new ServiceName(one.name.prefix() + "@"));
                String file = template == null ? "" : template.file();
                String from = template == null ? "" : template.from();
                views.put(one.name, view(name, one.name, new Found(one.unit, file, from, true, false)));
            }
        }
        return List.copyOf(views.values());
    }

    private ServiceView view(RootName root, ServiceName name, Found found) {
        Supervised service = services.get(new Key(root, name));
        ServiceRow row = rows.getOrDefault(new Key(root, name), ServiceRow.unknown(root, name));
        ServiceRow last = service == null ? row : service.row;
        ServiceState state = service == null ? ServiceState.NEW : service.state;
        Boolean enabled = last.enabled();
        boolean pending = service != null && (service.start != null || service.stop != null);
        ServiceUnit unit = found.unit();
        return new ServiceView(
                root,
                name,
                unit.description(),
                unit.isInitScript() ? "init script" : name.isTemplate() ? "template" : "unit",
                found.file(),
                found.from(),
                found.own(),
                found.masked(),
                enabled != null ? enabled : situation.image().isEnabled(root, name),
                unit.relations().installable(),
                state.phase().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                state.phase().isUp(),
                !pending
                        && (state.phase().isUp() || state.phase().isSettledDown() || state.phase() == Phase.PAUSE)
                        && state.phase() != Phase.RELOAD,
                state.detail(),
                state.told(),
                Math.max(state.main(), 0),
                service == null || service.upSince == 0 ? null : Instant.ofEpochSecond(service.upSince),
                state.restarts(),
                unit.notes().unsupported(),
                unit.notes().hardening());
    }

    @Override
    public List<ServiceView> change(RootName root, List<ServiceName> names, Operation operation, Duration limit)
            throws IOException, InterruptedException {
        List<ServiceName> real = ask(() -> asked(linked(root), names, operation));
        long end = ServiceRunner.now() + limit.toMillis();
        while (true) {
            List<ServiceView> views = ask(() -> views(linked(root)).stream()
                    .filter(view -> real.contains(view.name()))
                    .toList());
            if (views.stream().allMatch(ServiceView::settled) || ServiceRunner.now() > end) {
                return views;
            }
            Thread.sleep(SHORT_LOOK_MILLIS);
        }
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
            case START -> startAll(root, real, false);
            case RESTART -> startAll(root, withDependents(root, real), true);
            case STOP -> stopAll(root, real, "it was stopped");
            case RELOAD -> {
                for (ServiceName name : real) {
                    Supervised service = services.get(new Key(root.target().root(), name));
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

    /** And those that are up and would be stopped with them. */
    private Set<ServiceName> withDependents(LinkedRoot root, List<ServiceName> names) throws IOException {
        Set<ServiceName> all = new TreeSet<>(names);
        for (ServiceName name : StartOrder.stops(unitsOf(root, names), names).keySet()) {
            Supervised service = services.get(new Key(root.target().root(), name));
            if (service != null && service.state.phase().isUp()) {
                all.add(name);
            }
        }
        return all;
    }

    private boolean canReload(LinkedRoot root, ServiceName name, ServiceUnit unit) {
        Supervised service = services.get(new Key(root.target().root(), name));
        return service != null
                && service.state.phase() == Phase.UP
                && (!unit.commands().reload().isEmpty() || unit.lifecycle().type() == ServiceUnit.Type.NOTIFY_RELOAD);
    }

    private void enable(LinkedRoot root, List<ServiceName> names, boolean enabled) throws IOException {
        RootName where = root.target().root();
        for (ServiceName name : names) {
            Map<ServiceName, ServiceUnit> all = unitsOf(root, List.of(name));
            if (!all.containsKey(name)) {
                continue;
            }
            Supervised service = supervised(root, name, all);
            if (isEnabled(service) == enabled) {
                continue;
            }
            HostEvent event = enabled
                    ? new ServiceEnabled(where, name)
                    : new ServiceDisabled(where, name, "somebody asked for it");
            service.row = service.row.withEnabled(enabled);
            runner.save(service, List.of(event));
            rows.put(new Key(where, name), service.row);
        }
    }

    @Override
    public List<String> log(RootName root, ServiceName name, int lines) throws IOException {
        Path newest = places.log(root, name);
        Deque<String> tail = new ArrayDeque<>();
        int limit = Math.max(0, Math.min(lines, MAX_LOG_LINES));
        for (int older = 0; older < MAX_LOG_FILES && tail.size() < limit; older++) {
            Path file = older == 0 ? newest : newest.resolveSibling(newest.getFileName() + "." + older);
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                break;
            }
            List<String> text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            for (int i = text.size() - 1; i >= 0 && tail.size() < limit; i--) {
                tail.addFirst(text.get(i));
            }
        }
        return List.copyOf(tail);
    }

    /** Stops every service in order; the next agent starts them again. */
    @Override
    public void close() throws InterruptedException {
        try {
            ask(() -> {
                ending = true;
                for (Supervised service : services.values()) {
                    service.agentEnds = true;
                    stop(service, after(service), "the agent ends");
                }
                return true;
            });
            long end = ServiceRunner.now() + END_MILLIS;
            while (ServiceRunner.now() < end
                    && !ask(() -> services.values().stream()
                            .allMatch(service -> service.stop == null
                                    && service.state.phase().isSettledDown()))) {
                Thread.sleep(SHORT_LOOK_MILLIS);
            }
            ask(() -> {
                for (Supervised service : services.values()) {
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

    /** Those of its root that come up after it. */
    private Set<ServiceName> after(Supervised service) {
        Map<ServiceName, ServiceUnit> all = new TreeMap<>();
        for (Supervised other : services.values()) {
            if (other.root.equals(service.root)) {
                all.put(other.name, other.unit);
            }
        }
        return StartOrder.stops(all, all.keySet()).getOrDefault(service.name, Set.of());
    }
}
