package org.cloister.repo.log;

import static org.cloister.sql.generated.Tables.CHECKPOINT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.cloister.events.log.Checkpoint;
import org.cloister.events.log.NoteKey;
import org.cloister.repo.postgres.PostgresDatabase;
import org.jooq.exception.DataAccessException;

/**
 * What was signed: every checkpoint in the database, and the last one in a file beside the key, where somebody who can write to the
 * database alone does not reach it. Not thread-safe.
 */
final class SignedCheckpoints {
    static final String FILE = "checkpoint";

    private final PostgresDatabase database;
    private final NoteKey key;
    private final Path directory;

    SignedCheckpoints(PostgresDatabase database, NoteKey key, Path directory) {
        this.database = database;
        this.key = key;
        this.directory = directory;
    }

    /** A checkpoint with its signature. */
    record Signed(Checkpoint checkpoint, String note) {}

    /**
     * The largest one.
     *
     * @throws LogDamagedException if one that is kept isn't signed by the log's key
     */
    Optional<Signed> last() {
        Optional<Signed> inDatabase = inDatabase();
        Optional<Signed> inFile = inFile();
        if (inFile.isEmpty()) {
            return inDatabase;
        }
        return inDatabase
                .filter(signed ->
                        signed.checkpoint().size() > inFile.get().checkpoint().size())
                .or(() -> inFile);
    }

    private Optional<Signed> inDatabase() {
        try {
            String note = database.dsl()
                    .select(CHECKPOINT.NOTE)
                    .from(CHECKPOINT)
                    .orderBy(CHECKPOINT.SIZE.desc())
                    .limit(1)
                    .fetchOne(CHECKPOINT.NOTE);
            return Optional.ofNullable(note).map(text -> open(text, "the database"));
        } catch (DataAccessException e) {
            throw new UncheckedIOException(new IOException("checkpoints can't be read", e));
        }
    }

    /** The last one that was kept outside of the database. */
    Optional<Signed> inFile() {
        Path file = directory.resolve(FILE);
        try {
            return Files.exists(file) ? Optional.of(open(Files.readString(file), file.toString())) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Signed open(String note, String place) {
        try {
            return new Signed(Checkpoint.parse(key.open(note)), note);
        } catch (IllegalArgumentException e) {
            throw new LogDamagedException("a checkpoint in " + place + " is not signed by this log: " + e.getMessage());
        }
    }

    /** Keeps it, durable on return. */
    void add(Signed signed) {
        try {
            database.dsl()
                    .insertInto(CHECKPOINT)
                    .set(CHECKPOINT.SIZE, signed.checkpoint().size())
                    .set(CHECKPOINT.ROOT, signed.checkpoint().root())
                    .set(CHECKPOINT.NOTE, signed.note())
                    .onConflictDoNothing()
                    .execute();
            // Another process may have signed more by now. If it does between these lines, the file speaks of a second
            // less.
            if (inFile().map(kept -> kept.checkpoint().size()).orElse(0L)
                    < signed.checkpoint().size()) {
                Durable.write(directory, FILE, signed.note());
            }
        } catch (DataAccessException e) {
            throw new UncheckedIOException(new IOException("a checkpoint can't be kept", e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
