package org.cloister.repo.person;

import org.cloister.repo.RepoServices;
import org.cloister.repo.postgres.PostgresDatabase;
import org.junit.jupiter.api.AfterEach;

final class PostgresKeyTableIT extends KeyTableContract {
    private final PostgresDatabase database = RepoServices.database();

    @Override
    KeyTable table() {
        return new PostgresKeyTable(database);
    }

    @AfterEach
    void close() {
        database.close();
    }
}
