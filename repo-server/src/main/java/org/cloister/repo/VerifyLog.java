package org.cloister.repo;

import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.cloister.repo.log.LogAudit;
import org.cloister.repo.log.LogDamagedException;
import org.cloister.repo.log.LogProofs;
import org.cloister.repo.log.PostgresEventStore;
import org.cloister.repo.postgres.PostgresDatabase;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code repo-server verify-log}. */
@Command(
        name = "verify-log",
        mixinStandardHelpOptions = true,
        description = {
            "Hashes every event again and holds the log against what was signed. The repository must not run;",
            "of one that runs, ask 'cloister audit verify'."
        },
        footer = {"", "Exit status: 0 nothing was altered, 1 something was, or the log can't be read."})
final class VerifyLog implements Callable<Integer> {
    @Mixin
    private RepoServerOptions options = new RepoServerOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        RepoServerConfig config = RepoServerMain.prepared(spec, options);
        try (Closing closing = new Closing()) {
            return verdict(verify(config, closing));
        } catch (LogDamagedException e) {
            System.out.println("DAMAGED: " + e.getMessage());
            return 1;
        } catch (IOException e) {
            return RepoServerMain.failed(e);
        }
    }

    private static LogAudit.Verdict verify(RepoServerConfig config, Closing closing) throws IOException {
        StoppedRepository stopped = StoppedRepository.open(config, closing);
        PostgresDatabase database = stopped.database();
        PostgresEventStore store = closing.add("event store", PostgresEventStore.open(database, Clock.systemUTC()));
        LogProofs proofs = closing.add(
                "log", LogProofs.open(database, store, stopped.state().log(), config.name()));
        return new LogAudit(database, proofs)
                .verify(progress -> System.out.println(progress.verified() + " of " + progress.total() + " events"));
    }

    private static int verdict(LogAudit.Verdict verdict) {
        if (verdict instanceof LogAudit.Damaged damaged) {
            System.out.println("DAMAGED at position " + damaged.position() + " (" + damaged.field() + "): "
                    + damaged.explanation());
            return 1;
        }
        LogAudit.Sound sound = (LogAudit.Sound) verdict;
        System.out.println("All " + sound.size() + " events are what was recorded; " + sound.signedSize()
                + " are covered by a signed checkpoint.");
        return 0;
    }
}
