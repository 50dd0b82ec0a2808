package org.cloister.repo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.cloister.repo.kafka.TopicRebuild;
import org.cloister.repo.log.LogAudit;
import org.cloister.repo.log.LogDamagedException;
import org.cloister.repo.log.LogProofs;
import org.cloister.repo.log.PostgresEventStore;
import org.cloister.repo.log.RestoredLog;
import org.cloister.repo.postgres.PostgresDatabase;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code repo-server new-epoch}. */
@Command(
        name = "new-epoch",
        mixinStandardHelpOptions = true,
        description = {
            "After the database was restored from a backup: takes the log as it is now, once it is verified, and begins a new epoch.",
            "Events after the backup are lost for ever. Agents forget them and replay from the first event; Kafka's topics are made anew.",
            "Whoever verified a longer log before is told, at the next verification, that it shrank. The repository must not run."
        },
        footer = {"", "Exit status: 0 done, 1 the log is damaged or can't be read, and nothing was changed."})
final class NewEpoch implements Callable<Integer> {
    @Mixin
    private RepoServerOptions options = new RepoServerOptions();

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            required = true,
            description = "For the record: which backup, and why.")
    private String reason = "";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        RepoServerConfig config = RepoServerMain.prepared(spec, options);
        try (Closing closing = new Closing()) {
            begin(config, closing);
            return 0;
        } catch (LogDamagedException e) {
            return RepoServerMain.failed(new IOException("the restored log is damaged: " + e.getMessage(), e));
        } catch (IOException e) {
            return RepoServerMain.failed(e);
        }
    }

    private void begin(RepoServerConfig config, Closing closing) throws IOException, InterruptedException {
        StoppedRepository stopped = StoppedRepository.open(config, closing);
        Path directory = stopped.state().log();
        PostgresDatabase database = stopped.database();
        PostgresEventStore store = closing.add("event store", PostgresEventStore.open(database, Clock.systemUTC()));
        RestoredLog restored = RestoredLog.open(database, directory, config.name());
        Optional<Path> lost = restored.setAside(store.head());
        try {
            verify(database, closing.add("log", LogProofs.open(database, store, directory, config.name())));
        } catch (IOException | LogDamagedException e) {
            restored.putBack(lost);
            throw e;
        }
        long epoch = config.hasKafka()
                ? TopicRebuild.run(database, stopped.kafka(), reason)
                : TopicRebuild.withoutTopics(database, reason);
        lost.ifPresent(file -> System.out.println("What was signed and is lost is told by " + file + "; keep it."));
        System.out.println("The log has " + store.head() + " events, in epoch " + epoch + "; start the repository.");
    }

    private static void verify(PostgresDatabase database, LogProofs proofs) throws IOException {
        if (new LogAudit(database, proofs).verify(progress -> {}) instanceof LogAudit.Damaged damaged) {
            throw new IOException("the restored log is damaged at position " + damaged.position() + " ("
                    + damaged.field() + "): " + damaged.explanation() + "; restore another backup");
        }
    }
}
