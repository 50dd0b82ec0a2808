package org.cloister.repo;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.cloister.repo.kafka.TopicRebuild;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code repo-server rebuild-topics}. */
@Command(
        name = "rebuild-topics",
        mixinStandardHelpOptions = true,
        description = {
            "Deletes Kafka's topics and begins a new epoch; the next start of the repository fills them again from PostgreSQL.",
            "The repository must not run."
        })
final class RebuildTopics implements Callable<Integer> {
    @Mixin
    private RepoServerOptions options = new RepoServerOptions();

    @Option(names = "--reason", paramLabel = "TEXT", description = "For the record.")
    private String reason = "rebuilt by hand";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        RepoServerConfig config = RepoServerMain.prepared(spec, options);
        try (Closing closing = new Closing()) {
            long epoch = rebuild(config, closing);
            System.out.println("The topics are empty, in epoch " + epoch + "; start the repository to fill them.");
            return 0;
        } catch (IOException e) {
            return RepoServerMain.failed(e);
        }
    }

    private long rebuild(RepoServerConfig config, Closing closing) throws IOException, InterruptedException {
        if (!config.hasKafka()) {
            throw new IOException("there are no topics with --kafka none");
        }
        StoppedRepository stopped = StoppedRepository.open(config, closing);
        return TopicRebuild.run(stopped.database(), stopped.kafka(), reason);
    }
}
