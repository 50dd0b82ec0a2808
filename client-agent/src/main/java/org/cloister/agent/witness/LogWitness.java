package org.cloister.agent.witness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.cloister.agent.report.Reports;
import org.cloister.agent.state.AgentDatabase;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent.LogContradicted;
import org.cloister.events.log.Checkpoint;
import org.cloister.events.log.NoteKey;
import org.cloister.events.sign.SignedRoot;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the log's checkpoint every ten minutes, on a thread of its own. The first one and the key that signed it are believed and
 * kept in the database; from then on every other must continue the one before. What contradicts is refused: the kept one stays,
 * both are written to a file as evidence, and a report is queued. Only a log that says itself that it was restored (another epoch)
 * is followed from then on, after it was reported like any other. The alarm lasts until a person removes the evidence.
 *
 * <p>Where the repository has a trust root, its checkpoints are believed by the keys that the root names, and by no others. One that
 * expired is still believed, and people are told. So they are where the time stamp shows that this host is kept from the present.
 */
public final class LogWitness implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogWitness.class);
    private static final Duration FIRST = Duration.ofSeconds(20);
    private static final Duration PERIOD = Duration.ofMinutes(10);
    /** More evidence of the same says no more. */
    private static final int MAX_EVIDENCE = 100;

    private static final String KEY = "log-key";
    private static final String NOTE = "log-checkpoint";
    private static final String EPOCH = "log-epoch";

    private final WitnessedLog log;
    private final AgentDatabase database;
    private final Reports reports;
    private final Runnable wake;
    private final InstantSource clock;
    private final TrustAnchor anchor;
    private final Path evidence;
    private final Thread thread = new Thread(this::run, "witness");
    private volatile @Nullable String trouble;
    private volatile @Nullable Instant expires;
    private volatile @Nullable String doubt;

    /**
     * @param wake tells the sender of reports that there is one
     * @param evidence a directory, made when there is something to keep
     */
    public LogWitness(
            WitnessedLog log,
            AgentDatabase database,
            Reports reports,
            Runnable wake,
            Path evidence,
            InstantSource clock) {
        this.clock = clock;
        this.anchor = new TrustAnchor(log, database);
        this.log = log;
        this.database = database;
        this.reports = reports;
        this.wake = wake;
        this.evidence = evidence;
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** What people must know, or null: a contradiction that nobody has cleared up. */
    public @Nullable String problem() {
        String damaged = trouble;
        if (damaged != null) {
            return damaged;
        }
        try {
            List<Path> files = files();
            if (files.isEmpty()) {
                String stale = doubt;
                return stale == null ? expiry() : stale;
            }
            String first = Files.readString(files.get(0)).lines().findFirst().orElse("");
            return "The repository showed this host a log that contradicts what it showed before. " + first
                    + " Compare with other hosts (cloister audit verify), tell your security team, and remove "
                    + files.get(0) + " when that is cleared up";
        } catch (IOException e) {
            return "the evidence in " + evidence + " can't be read: " + e.getMessage();
        }
    }

    private @Nullable String expiry() {
        Instant end = expires;
        return end == null || clock.instant().isBefore(end)
                ? null
                : "The repository's trust root expired at " + end
                        + ", and it shows no newer one: an administrator publishes one (cloister trust rotate), or somebody keeps it"
                        + " from this host";
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(evidence)) {
            return List.of();
        }
        try (Stream<Path> found = Files.list(evidence)) {
            return found.sorted().toList();
        }
    }

    private void run() {
        try {
            TimeUnit.MILLISECONDS.sleep(FIRST.toMillis());
            while (true) {
                try {
                    look();
                    trouble = null;
                } catch (IOException e) {
                    LOG.debug("the log can't be looked at: {}", e.toString());
                } catch (IllegalArgumentException e) {
                    LOG.warn("what the witness keeps can't be used", e);
                    trouble = "what this host keeps of the repository's log can't be used: " + e.getMessage();
                }
                TimeUnit.MILLISECONDS.sleep(PERIOD.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One look. What it keeps is durable on return. */
    void look() throws IOException, InterruptedException {
        String epoch = log.epoch();
        String note = log.checkpoint();
        Optional<String> known = database.fact(KEY);
        Optional<List<NoteKey>> rooted = rooted(known.map(NoteKey::parse).orElse(null));
        if (rooted.isEmpty()) {
            return;
        }
        NoteKey before = NoteKey.parse(
                known.isPresent()
                        ? known.get()
                        : rooted.get().isEmpty()
                                ? log.key()
                                : rooted.get().get(0).text());
        NoteKey key = rooted.get().stream()
                .filter(one -> isSigned(one, note))
                .findFirst()
                .orElse(rooted.get().isEmpty() ? before : rooted.get().get(0));
        Optional<String> keptNote = database.fact(NOTE);
        Checkpoint kept = keptNote.isPresent() ? Checkpoint.parse(before.open(keptNote.get())) : null;
        Testimony testimony = Testimony.of(kept, key, note, log::consistency);
        if (testimony instanceof Testimony.Contradicts contradiction) {
            contradicted(keptNote.orElse(""), note, contradiction.reason());
            boolean restored = !epoch.equals(database.fact(EPOCH).orElse(epoch));
            if (!restored || !isSigned(key, note)) {
                return;
            }
        }
        database.setFacts(Map.of(KEY, key.text(), NOTE, note, EPOCH, epoch));
        String stale = doubt(key, note);
        if (stale != null) {
            // A root that was published after the walk is no reason for an alarm.
            anchor.follow(key);
            stale = doubt(key, note);
        }
        doubt = stale;
    }

    private @Nullable String doubt(NoteKey key, String note) throws IOException, InterruptedException {
        SignedRoot root = anchor.kept().orElse(null);
        if (root == null) {
            return null;
        }
        Optional<String> stamp = log.timeStamp();
        return stamp.isEmpty()
                ? "The repository has a trust root and gives this host no time stamp."
                : Freshness.doubt(
                        root.root(), Checkpoint.parse(key.open(note)), stamp.get(), clock.instant(), log::consistency);
    }

    /** The keys that may sign checkpoints; none if there is no root, and empty if this isn't to be told now. */
    private Optional<List<NoteKey>> rooted(@Nullable NoteKey known) throws IOException, InterruptedException {
        TrustAnchor.Step step = anchor.follow(known);
        if (step instanceof TrustAnchor.Step.Refused refused) {
            contradicted(refused.kept(), refused.shown(), refused.reason());
        } else if (step instanceof TrustAnchor.Step.Underway) {
            return Optional.empty();
        }
        SignedRoot root = anchor.kept().orElse(null);
        expires = root == null ? null : root.root().expires();
        return Optional.of(root == null ? List.of() : root.root().checkpointKeys());
    }

    private static boolean isSigned(NoteKey key, String note) {
        try {
            key.open(note);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Each kind of contradiction to what is kept is recorded once, however often it is seen and whatever it grew to. */
    private void contradicted(String kept, String shown, String reason) throws IOException {
        String name = Digest.ofText(kept + "\0" + reason.replaceAll("[0-9]+", ""))
                .hex()
                .substring(0, 16);
        Path file = evidence.resolve(name + ".txt");
        String told = "log-contradiction " + name;
        if (database.fact(told).isPresent() || files().size() >= MAX_EVIDENCE) {
            return;
        }
        LOG.error("{}", reason);
        Files.createDirectories(evidence);
        Files.writeString(file, reason + "\n\nKept:\n" + kept + "\nShown:\n" + shown, StandardCharsets.UTF_8);
        database.queue(reports.of(List.of(new LogContradicted(kept, shown, reason))), told, reason);
        wake.run();
    }

    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }
}
