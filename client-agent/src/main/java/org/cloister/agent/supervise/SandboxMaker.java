package org.cloister.agent.supervise;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.cloister.agent.service.ServiceState;
import org.cloister.agent.service.ServiceState.Phase;
import org.cloister.agent.state.ServiceRow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the sandboxes of services, and takes over those of an earlier agent. On the supervisor's thread, but for what {@code elsewhere} does. */
final class SandboxMaker {
    private static final Logger LOG = LoggerFactory.getLogger(SandboxMaker.class);
    private static final long LOOK_MILLIS = 10;
    private static final long OPEN_MILLIS = 15_000;
    /** A keeper that is there answers at once. */
    private static final long ADOPT_MILLIS = 200;

    private static final String PERL = "usr/bin/perl";

    private final ServicePlaces places;
    private final SandboxCommand command;
    private final RootEntrances entrances;
    private final Executor elsewhere;
    private final Executor here;
    private final Predicate<Supervised> occupied;
    private final Hearer hearer;

    /** Who is told, on the supervisor's thread. */
    interface Hearer {
        /** @param number larger than all before; 0 where it has none */
        void heard(Supervised service, long number, List<String> words);

        /** There is none, or no longer. @param generation of the sandbox that is meant */
        void gone(Supervised service, int generation, String detail);
    }

    /**
     * @param elsewhere for what takes time
     * @param here the supervisor's thread
     * @param occupied whether another service of its root has a sandbox, or will soon
     */
    SandboxMaker(
            ServicePlaces places,
            SandboxCommand command,
            RootEntrances entrances,
            Executor elsewhere,
            Executor here,
            Predicate<Supervised> occupied,
            Hearer hearer) {
        this.places = places;
        this.command = command;
        this.entrances = entrances;
        this.elsewhere = elsewhere;
        this.here = here;
        this.occupied = occupied;
        this.hearer = hearer;
    }

    /** Makes one, which is heard of; what is made of an earlier call is not. */
    void open(Supervised service) {
        service.generation.incrementAndGet();
        service.heard = 0;
        int generation = service.generation.get();
        service.prepares = !occupied.test(service);
        try {
            if (service.prepares) {
                places.emptyRun(service.root);
            }
        } catch (IOException e) {
            here.execute(() -> hearer.gone(service, generation, String.valueOf(e.getMessage())));
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        elsewhere.execute(() -> {
            try {
                if (places.view(service.root).text(PERL).isEmpty()
                        && places.view(service.root).resolved(PERL).isEmpty()) {
                    throw new IOException("its root has no /" + PERL + ", which services need (package perl-base)");
                }
                entrances.awaitNetwork(service.root);
                make(service, generation);
            } catch (IOException e) {
                here.execute(() -> hearer.gone(service, generation, String.valueOf(e.getMessage())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Nothing, if another one is wanted meanwhile. */
    private void make(Supervised service, int generation) throws IOException, InterruptedException {
        service.making.lockInterruptibly();
        try {
            if (service.generation.get() != generation) {
                return;
            }
            Path directory = places.directory(service.root, service.name);
            leaveBehind(directory);
            Process keeper = start(service, directory);
            try {
                Sandbox.connect(directory, 0, OPEN_MILLIS, keeper, listener(service, generation));
            } catch (IOException | InterruptedException e) {
                keeper.destroyForcibly();
                throw e;
            }
        } finally {
            service.making.unlock();
        }
    }

    private void opened(Supervised service, int generation, Sandbox sandbox) {
        if (generation == service.generation.get()) {
            service.sandbox = sandbox;
        } else {
            sandbox.leave();
        }
    }

    /** A keeper of an earlier agent that nobody adopted. */
    void leaveBehind(Path directory) throws InterruptedException {
        if (!Files.exists(directory.resolve("control"))) {
            return;
        }
        try {
            Sandbox.connect(directory, Long.MAX_VALUE, 0, null, new Deaf()).leave();
            for (long end = ServiceRunner.now() + OPEN_MILLIS;
                    Files.exists(directory.resolve("control")) && ServiceRunner.now() < end; ) {
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (IOException e) {
            LOG.debug("no keeper: {}", e.getMessage());
        }
    }

    private Process start(Supervised service, Path directory) throws IOException, InterruptedException {
        Path log = places.log(service.root, service.name);
        Files.createDirectories(log.getParent());
        RootEntrances.Way way = entrances.way(
                service.root, places.init(), service.unit.execution().limits());
        List<String> keeper = new ArrayList<>(List.of(
                "perl",
                places.keeper().toString(),
                directory.toString(),
                log.toString(),
                String.join(",", way.limits())));
        keeper.addAll(way.command());
        // A unit of the last run may not be forgotten yet.
        String run = Long.toHexString(System.nanoTime());
        return new ProcessBuilder(command.words(
                        service.root + "-" + service.name + "-" + run, service.name + " of " + service.root, keeper))
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
    }

    /** Takes over the sandbox of a service that was up when the last agent ended. @return whether it is there */
    boolean adopt(Supervised service, Phase phase) throws InterruptedException {
        ServiceRow row = service.row;
        if (entrances.isNetworkTheAgents(service.root)) {
            return false;
        }
        service.generation.incrementAndGet();
        service.heard = row.heard();
        service.state = ServiceState.adopted(phase, row.token(), row.main(), row.restarts(), ServiceRunner.now());
        try {
            Path directory = places.directory(service.root, service.name);
            // What it tells comes after this method, on this thread.
            service.sandbox = Sandbox.connect(
                    directory, row.heard(), ADOPT_MILLIS, null, listener(service, service.generation.get()));
            service.upSince =
                    Files.getLastModifiedTime(directory.resolve("control")).toMillis() / 1_000;
            return true;
        } catch (IOException e) {
            service.state = ServiceState.NEW;
            return false;
        }
    }

    private Sandbox.Listener listener(Supervised service, int generation) {
        return new Sandbox.Listener() {
            @Override
            public void connected(Sandbox sandbox) {
                here.execute(() -> opened(service, generation, sandbox));
            }

            @Override
            public void heard(long number, List<String> words) {
                here.execute(() -> {
                    if (service.generation.get() == generation) {
                        hearer.heard(service, number, words);
                    }
                });
            }

            @Override
            public void lost() {
                here.execute(() -> hearer.gone(service, generation, "the process that keeps it ended"));
            }
        };
    }

    /** Hears nothing. */
    private record Deaf() implements Sandbox.Listener {
        @Override
        public void connected(Sandbox sandbox) {
            // It is left at once.
        }

        @Override
        public void heard(long number, List<String> words) {
            // Nobody adopted it.
        }

        @Override
        public void lost() {
            // As it shall be.
        }
    }
}
