package org.cloister.agent.guest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.cloister.agent.control.Guest;
import org.cloister.agent.control.GuestOptions;
import org.cloister.agent.control.LaunchRequest;
import org.cloister.agent.report.Reports;
import org.cloister.agent.root.NetworkEntry;
import org.cloister.agent.state.AgentDatabase;
import org.cloister.events.GuestId;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.GuestStarted;
import org.cloister.events.HostEvent.GuestStopped;
import org.cloister.events.RootName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The guests of this machine, each with a directory that its runner made. Each start and each end becomes a report, once, wherever the agent or the runner
 * died; what a killed runner leaves is removed. For all threads.
 */
public final class Guests implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Guests.class);
    private static final int LOOK_MILLIS = 500;
    /** More guests than a machine has memory for. */
    private static final int MAX_GUESTS = 1_000;

    private static final Duration STATS_LIMIT = Duration.ofSeconds(10);
    /** What a runner needs for an ordered end, the kernel's halt and the rest. */
    private static final Duration END_LIMIT = Duration.ofSeconds(15);
    /** A directory without a record is being made, or its runner was killed just then. */
    private static final Duration MAKING_LIMIT = Duration.ofMinutes(1);

    /** Of directories below a guest's; its kernel makes two. Each level is an open descriptor. */
    private static final int MAX_DEPTH = 16;

    private static final int STATS_FIELDS = 5;
    private static final String FACT = "guests";
    private static final String STARTED = "+";
    private static final String STOPPED = "-";

    private final Path directory;
    private final GuestCommand command;
    private final AgentDatabase database;
    private final Reports reports;
    private final Runnable reported;
    private final GuestPool pool;
    /** Directories that couldn't be removed, each told once. */
    private final Set<Path> stuck = new HashSet<>();

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "guests");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param waiting bytes of the machine's memory that guests that wait for a caller may hold together; 0: none waits
     * @param rootNow all that a root's guest depends on, as text
     * @param reported called when a report was queued
     */
    public Guests(
            GuestCommand command,
            long waiting,
            Function<RootName, String> rootNow,
            AgentDatabase database,
            Reports reports,
            Runnable reported) {
        this.pool = new GuestPool(UUID.randomUUID().toString(), waiting, rootNow, System::nanoTime);
        this.directory = command.guests();
        this.command = command;
        this.database = database;
        this.reports = reports;
        this.reported = reported;
    }

    /** @param everybody whether other users of the machine may have guests too */
    public void start(boolean everybody) throws IOException {
        Files.createDirectories(directory);
        if (everybody) {
            // As /tmp: each user's guests are its own (the sticky bit).
            Files.setAttribute(directory, "unix:mode", 01777);
        } else {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        }
        var unused = timer.scheduleWithFixedDelay(this::look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    public GuestCommand command() {
        return command;
    }

    /** Runs a program, in a guest that waits for it where there is one. */
    public List<String> run(LaunchRequest request, GuestOptions options, Optional<NetworkEntry> network) {
        boolean shows =
                !command.desktop().grants().apply(request.root()).options().isEmpty();
        // A display is the caller's session's.
        Optional<String> warm = shows
                ? Optional.empty()
                : pool.use(request.root(), String.join("\0", command.guest(request.root(), options, network)));
        return command.run(request, options, network, warm);
    }

    /** Those that run, boot or wait, by name. */
    public List<Guest> list() throws IOException {
        return alive().stream().map(GuestRecord::guest).toList();
    }

    List<GuestRecord> alive() throws IOException {
        List<GuestRecord> guests = new ArrayList<>();
        for (Path one : directories()) {
            read(one, "guest")
                    .filter(record -> !ended(one) && new RunnerProcess(one, record).isAlive())
                    .ifPresent(guests::add);
        }
        guests.sort(Comparator.comparing(record -> record.guest().id()));
        return guests;
    }

    Path directory(GuestId guest) {
        return directory.resolve(guest.text());
    }

    /** The command that opens a terminal in a guest. */
    public List<String> console(GuestId guest, List<String> words) {
        return command.console(directory.resolve(guest.text()), words);
    }

    /**
     * Ends a guest in order, by force where that doesn't succeed.
     *
     * @return whether it is gone; false when that took too long
     */
    public boolean stop(GuestId guest) throws IOException, InterruptedException {
        Path path = directory.resolve(guest.text());
        Optional<GuestRecord> record = read(path, "guest");
        if (record.isEmpty()) {
            return true;
        }
        RunnerProcess runner = new RunnerProcess(path, record.get());
        runner.end();
        long end = System.nanoTime() + END_LIMIT.toNanos();
        while (runner.isAlive()) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS / 10);
        }
        look();
        return true;
    }

    /** @throws IOException if it doesn't answer */
    public Guest.Use use(GuestId guest) throws IOException, InterruptedException {
        Path path = directory.resolve(guest.text());
        GuestRecord record =
                read(path, "guest").orElseThrow(() -> new IOException("there is no guest " + guest + " here"));
        Process process = new ProcessBuilder(command.stats(path))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String answer = new String(
                        process.getInputStream().readNBytes(GuestRecord.MAX_BYTES), StandardCharsets.US_ASCII)
                .strip();
        if (!process.waitFor(STATS_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        String[] fields = answer.split(" ");
        if (fields.length != STATS_FIELDS) {
            throw new IOException("guest " + guest + " doesn't answer; it boots, ends, or hangs");
        }
        try {
            int field = 0;
            return new Guest.Use(
                    Long.parseLong(fields[field++]),
                    Long.parseLong(fields[field++]),
                    Double.parseDouble(fields[field++]),
                    Integer.parseInt(fields[field++]),
                    Long.parseLong(fields[field]),
                    new RunnerProcess(path, record).held());
        } catch (NumberFormatException e) {
            throw new IOException("guest " + guest + " answers nonsense", e);
        }
    }

    private synchronized void look() {
        try {
            TreeSet<String> known =
                    new TreeSet<>(Arrays.asList(database.fact(FACT).orElse("").split(" ")));
            List<Path> present = directories();
            known.removeIf(mark -> mark.length() < 2
                    || present.stream()
                            .noneMatch(one -> one.getFileName().toString().equals(mark.substring(1))));
            for (Path one : present) {
                look(one, known);
            }
            stuck.retainAll(present);
            endWaiting();
        } catch (IOException | UncheckedIOException | DirectoryIteratorException e) {
            LOG.warn("guests: {}", e.toString());
        }
    }

    private void look(Path path, TreeSet<String> known) throws IOException {
        String name = path.getFileName().toString();
        Optional<GuestRecord> ended = read(path, "ended");
        Optional<GuestRecord> record = ended.isPresent() ? ended : read(path, "guest");
        if (record.isEmpty() || !record.get().guest().id().text().equals(name)) {
            if (isOld(path)) {
                LOG.warn("{} is no guest's and is removed", path);
                remove(path);
            }
            return;
        }
        Guest guest = record.get().guest();
        boolean alive = ended.isEmpty() && new RunnerProcess(path, record.get()).isAlive();
        List<HostEvent> events = new ArrayList<>();
        if (!known.contains(STARTED + name)
                && !known.contains(STOPPED + name)
                && read(path, "guest").filter(one -> one.guest().running()).isPresent()) {
            events.add(new GuestStarted(guest.root(), guest.id(), guest.memory()));
            known.add(STARTED + name);
        }
        // One that only waited was nobody's.
        if (!alive && !known.contains(STOPPED + name) && record.get().warm().isEmpty()) {
            String reason = record.get().reason();
            events.add(new GuestStopped(
                    guest.root(), guest.id(), reason.isEmpty() ? "its runner was killed, and it with that" : reason));
            known.remove(STARTED + name);
            known.add(STOPPED + name);
        }
        if (!events.isEmpty()) {
            database.queue(reports.of(events), FACT, String.join(" ", known));
            events.forEach(event -> LOG.info("{}", event));
            reported.run();
        }
        if (!alive) {
            remove(path);
        }
    }

    /** What waits for nobody any more, a second one of the same, and those that waited longest where they hold too much. */
    private void endWaiting() throws IOException {
        List<GuestRecord> waiting = new ArrayList<>(alive().stream()
                .filter(record -> !record.warm().isEmpty())
                .sorted(Comparator.comparing(
                                (GuestRecord record) -> record.guest().since())
                        .reversed())
                .toList());
        Set<String> seen = new HashSet<>();
        long held = 0;
        for (GuestRecord record : waiting) {
            Path path = directory(record.guest().id());
            RunnerProcess runner = new RunnerProcess(path, record);
            held += runner.held();
            Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            if (!seen.add(owner + record.warm())
                    || !pool.isCurrent(record.guest().root(), record.warm())
                    || !pool.hasRoom(held)) {
                runner.end();
            }
        }
    }

    private static boolean isOld(Path path) throws IOException {
        return Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS)
                .toInstant()
                .isBefore(Instant.now().minus(MAKING_LIMIT));
    }

    private static boolean ended(Path path) {
        return Files.exists(path.resolve("ended"));
    }

    private List<Path> directories() throws IOException {
        try (Stream<Path> list = Files.list(directory)) {
            return list.filter(one -> Files.isDirectory(one, LinkOption.NOFOLLOW_LINKS))
                    .limit(MAX_GUESTS)
                    .toList();
        }
    }

    private static Optional<GuestRecord> read(Path path, String name) throws IOException {
        Path file = path.resolve(name);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return GuestRecord.parse(in.readNBytes(GuestRecord.MAX_BYTES + 1));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
    }

    /**
     * Another user may own what is below and change it meanwhile: nothing is reached by a path of several names. What can't be removed is tried again at the
     * next look, and no other guest waits for it.
     */
    private void remove(Path path) {
        try (DirectoryStream<Path> guests = Files.newDirectoryStream(directory)) {
            remove(secure(guests), path.getFileName(), MAX_DEPTH);
        } catch (IOException | DirectoryIteratorException e) {
            if (stuck.add(path)) {
                LOG.warn("{} can't be removed: {}", path, e.toString());
            }
        }
    }

    private static void remove(SecureDirectoryStream<Path> parent, Path name, int depth) throws IOException {
        if (depth == 0) {
            throw new IOException("it has directories in more than " + MAX_DEPTH + " levels");
        }
        try (SecureDirectoryStream<Path> children = parent.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
            for (Path child : children) {
                Path own = child.getFileName();
                boolean directory = children.getFileAttributeView(
                                own, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                        .readAttributes()
                        .isDirectory();
                if (directory) {
                    remove(children, own, depth - 1);
                } else {
                    children.deleteFile(own);
                }
            }
        }
        parent.deleteDirectory(name);
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream) throws IOException {
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        throw new IOException("this system has no openat(2)");
    }

    /** Their roots go with the agent: every guest is ended in order before. */
    @Override
    public void close() throws InterruptedException {
        timer.shutdownNow();
        timer.awaitTermination(STATS_LIMIT.toSeconds(), TimeUnit.SECONDS);
        try {
            List<Guest> guests = list();
            for (Guest guest : guests) {
                read(directory.resolve(guest.id().text()), "guest")
                        .ifPresent(record ->
                                new RunnerProcess(directory.resolve(guest.id().text()), record).end());
            }
            for (Guest guest : guests) {
                stop(guest.id());
            }
        } catch (IOException e) {
            LOG.warn("guests: {}", e.toString());
        }
    }
}
