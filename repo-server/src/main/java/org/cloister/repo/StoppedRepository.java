package org.cloister.repo;

import java.io.IOException;
import org.cloister.repo.kafka.EmbeddedKafka;
import org.cloister.repo.postgres.DatabaseAccess;
import org.cloister.repo.postgres.EmbeddedPostgres;
import org.cloister.repo.postgres.PostgresDatabase;

/** The services of a repository that doesn't run, for a command that must be alone with them. What is embedded is started. */
final class StoppedRepository {
    private final RepoServerConfig config;
    private final Closing closing;
    private final StateDirectory state;

    private StoppedRepository(RepoServerConfig config, Closing closing, StateDirectory state) {
        this.config = config;
        this.closing = closing;
        this.state = state;
    }

    /** @throws IOException if it runs */
    static StoppedRepository open(RepoServerConfig config, Closing closing) throws IOException {
        return new StoppedRepository(config, closing, closing.add("state", StateDirectory.open(config.state())));
    }

    StateDirectory state() {
        return state;
    }

    PostgresDatabase database() throws IOException {
        DatabaseAccess access = config.postgres().isPresent()
                ? config.postgres().get()
                : closing.add("PostgreSQL", EmbeddedPostgres.start(state.postgres()))
                        .access();
        return closing.add("database", PostgresDatabase.open(access));
    }

    /** The bootstrap servers; not with {@code --kafka none}. */
    String kafka() throws IOException {
        return config.embedsKafka()
                ? closing.add("Kafka", EmbeddedKafka.start(state.kafka(), config.kafkaHost()))
                        .bootstrapServers()
                : config.kafka();
    }
}
