package org.cloister.repo.kafka;

import java.io.IOException;
import org.cloister.repo.postgres.PostgresDatabase;

/** Rebuilds the topics while no server runs: deletes them and sets the cursor back; the next start of the server fills them again. */
public final class TopicRebuild {
    private TopicRebuild() {}

    /**
     * Returns the number of the new epoch.
     *
     * @throws IOException if a server relays at present, or Kafka or PostgreSQL can't be reached
     */
    public static long run(PostgresDatabase database, String bootstrapServers, String reason)
            throws IOException, InterruptedException {
        RelayCursor cursor = RelayCursor.tryOpen(database);
        if (cursor == null) {
            throw new IOException("a server relays at present: ask it to rebuild, or stop it first");
        }
        try (cursor;
                TopicAdmin topics = new TopicAdmin(bootstrapServers)) {
            return new TopicResumption(cursor, topics).rebuild(reason).epoch();
        }
    }

    /** The same for a repository that carries its events to no Kafka. */
    public static long withoutTopics(PostgresDatabase database, String reason) throws IOException {
        try (RelayCursor cursor = RelayCursor.tryOpen(database)) {
            if (cursor == null) {
                throw new IOException("a server relays at present: stop it first");
            }
            return cursor.begin(reason, TopicEnds.none());
        }
    }
}
