package org.cloister.repo.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.cloister.events.Position;
import org.cloister.events.log.Checkpoint;
import org.cloister.repo.postgres.PostgresDatabase;

/**
 * A log that came back from a backup, and so may be shorter than the last checkpoint says that is kept outside of the database. That
 * checkpoint is never deleted: it is the proof that there was more.
 */
public final class RestoredLog {
    private final Path directory;
    private final SignedCheckpoints signed;

    private RestoredLog(Path directory, SignedCheckpoints signed) {
        this.directory = directory;
        this.signed = signed;
    }

    /** @param directory holds the key and the last checkpoint */
    public static RestoredLog open(PostgresDatabase database, Path directory, String origin) throws IOException {
        return new RestoredLog(
                directory,
                new SignedCheckpoints(database, LogKey.open(directory, origin).note(), directory));
    }

    /** @throws IOException if less is there than was signed: whoever goes on then gives positions a second meaning */
    static void requireWhole(Optional<Checkpoint> last, Position head) throws IOException {
        long size = last.map(Checkpoint::size).orElse(0L);
        if (size > head.value()) {
            throw new IOException("the log ends at position " + head + ", but " + size
                    + " events were signed. If the database was restored from a backup, run repo-server new-epoch;"
                    + " if it was not, events were deleted: restore a backup");
        }
    }

    /** Moves the kept checkpoint away if it speaks of more than {@code head}. Returns where it is then. */
    public Optional<Path> setAside(Position head) throws IOException {
        long size = signed.inFile().map(kept -> kept.checkpoint().size()).orElse(0L);
        if (size <= head.value()) {
            return Optional.empty();
        }
        Path lost = directory.resolve(SignedCheckpoints.FILE + ".lost-" + size);
        Files.move(directory.resolve(SignedCheckpoints.FILE), lost, StandardCopyOption.ATOMIC_MOVE);
        return Optional.of(lost);
    }

    /** Undoes {@link #setAside}. */
    public void putBack(Optional<Path> lost) throws IOException {
        if (lost.isPresent()) {
            Files.move(lost.get(), directory.resolve(SignedCheckpoints.FILE), StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
