package org.cloister.agent.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.cloister.agent.control.Guest;
import org.cloister.agent.root.NetworkEntry;
import org.cloister.events.Digest;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;

/**
 * The guests that hold services: one for all of a root, because they share its network and its {@code /run}. It outlives the agent, as services do, and ends
 * some seconds after the last one. For all threads.
 */
public final class ServiceGuests {
    /** Shorter than what a sandbox may take. */
    private static final Duration BOOT_LIMIT = Duration.ofSeconds(25);

    private static final int LOOK_MILLIS = 50;
    private static final Path NOTHING = Path.of("/dev/null");

    private final Guests guests;
    private final Function<RootName, Optional<NetworkEntry>> networks;
    private final Function<RootName, String> rootNow;
    private final BiFunction<String, List<String>, List<String>> ofItsOwn;
    private final Map<RootName, Lock> locks = new ConcurrentHashMap<>();

    /**
     * @param rootNow all that a root's guest depends on, as text
     * @param ofItsOwn the words by which a process, named and given, is started so that it outlives the agent
     */
    public ServiceGuests(
            Guests guests,
            Function<RootName, Optional<NetworkEntry>> networks,
            Function<RootName, String> rootNow,
            BiFunction<String, List<String>, List<String>> ofItsOwn) {
        this.guests = guests;
        this.networks = networks;
        this.rootNow = rootNow;
        this.ofItsOwn = ofItsOwn;
    }

    /**
     * The words that become the first process of a service in the guest of its root, which is booted if it isn't there, or is of the root as it was.
     *
     * @param init the file with that process, which perl of the root runs
     * @param limits options of prlimit(1)
     * @throws IOException if it doesn't come up
     */
    public List<String> enter(RootName root, Path init, List<String> limits) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (!limits.isEmpty()) {
            command.add("/usr/bin/prlimit");
            command.addAll(limits);
        }
        command.addAll(List.of("/usr/bin/perl", "/run/cloister/service/init"));
        return guests.command().service(guest(root, init), command);
    }

    /** Ends the guest of a root's services, if there is one: the root's network is the chroot's again. */
    public void leave(RootName root) throws IOException, InterruptedException {
        Lock lock = lock(root);
        lock.lockInterruptibly();
        try {
            Optional<GuestRecord> found = held(root);
            if (found.isPresent()) {
                guests.stop(found.get().guest().id());
            }
        } finally {
            lock.unlock();
        }
    }

    /** One for each root: no root waits for another one's guest to boot. */
    private Lock lock(RootName root) {
        return locks.computeIfAbsent(root, of -> new ReentrantLock());
    }

    private Path guest(RootName root, Path init) throws IOException, InterruptedException {
        Lock lock = lock(root);
        lock.lockInterruptibly();
        try {
            return booted(root, init);
        } finally {
            lock.unlock();
        }
    }

    private Path booted(RootName root, Path init) throws IOException, InterruptedException {
        Optional<NetworkEntry> network = networks.apply(root);
        List<String> words = guests.command().hold(root, network, init, "");
        String key =
                Digest.ofText(rootNow.apply(root) + String.join("\0", words)).hex();
        long end = System.nanoTime() + BOOT_LIMIT.toNanos();
        @Nullable Process starting = null;
        while (System.nanoTime() < end) {
            Optional<GuestRecord> found = held(root);
            if (found.isPresent() && !found.get().services().equals(key)) {
                guests.stop(found.get().guest().id());
            } else if (found.isPresent() && found.get().guest().state() == Guest.State.RUNNING) {
                return guests.directory(found.get().guest().id());
            } else if (found.isEmpty() && starting == null) {
                starting = start(root, guests.command().hold(root, network, init, key));
            } else if (found.isEmpty() && starting != null && !starting.isAlive() && starting.exitValue() != 0) {
                throw new IOException("the guest for the services of " + root + " doesn't start; see " + log());
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        throw new IOException("the guest for the services of " + root + " isn't up in " + BOOT_LIMIT.toSeconds()
                + " s; see " + log());
    }

    /** Only this agent's user makes one: others' directories are nobody's to be led to. */
    private Optional<GuestRecord> held(RootName root) throws IOException {
        Object own = Files.getAttribute(guests.command().guests(), "unix:uid", LinkOption.NOFOLLOW_LINKS);
        for (GuestRecord record : guests.alive()) {
            boolean ofServices =
                    !record.services().isEmpty() && record.guest().root().equals(root);
            if (ofServices
                    && own.equals(Files.getAttribute(
                            guests.directory(record.guest().id()), "unix:uid", LinkOption.NOFOLLOW_LINKS))) {
                return Optional.of(record);
            }
        }
        return Optional.empty();
    }

    private Path log() {
        return guests.command().guests().resolveSibling("log").resolve("guests.log");
    }

    private Process start(RootName root, List<String> words) throws IOException {
        Files.createDirectories(log().getParent());
        String unit = root + "-services-" + Long.toHexString(System.nanoTime());
        return new ProcessBuilder(ofItsOwn.apply(unit, words))
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectInput(NOTHING.toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }
}
