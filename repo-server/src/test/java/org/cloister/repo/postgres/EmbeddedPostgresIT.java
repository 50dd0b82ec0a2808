package org.cloister.repo.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.cloister.repo.Kill;
import org.cloister.repo.RepoServices;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class EmbeddedPostgresIT {
    private static final Path PROGRAMS = Path.of("target", "postgres-programs");

    private final Path directory;
    private EmbeddedPostgres postgres;

    EmbeddedPostgresIT() throws IOException {
        directory = RepoServices.directory("embedded");
        postgres = EmbeddedPostgres.start(directory, PROGRAMS);
    }

    @BeforeEach
    void remember() throws Exception {
        execute("create table remembered (number integer)", "insert into remembered values (7)");
    }

    @AfterEach
    void close() throws IOException {
        postgres.close();
    }

    @Test
    void aSecondStartFindsTheDataAtTheSameAddress() throws Exception {
        DatabaseAccess before = postgres.access();
        postgres.close();

        postgres = EmbeddedPostgres.start(directory, PROGRAMS);

        assertThat(postgres.access()).isEqualTo(before);
        assertRemembered();
    }

    @Test
    void whatWasCommittedIsThereAfterAKill() throws Exception {
        Kill.now(postgres.pid());

        postgres.restart();

        assertRemembered();
    }

    @Test
    void aLockFileThatNamesAStrangerIsNotInTheWay() throws Exception {
        Path lockFile = directory.resolve("data/postmaster.pid");
        String left = Files.readString(lockFile);
        Kill.now(postgres.pid());
        Files.writeString(
                lockFile,
                left.replaceFirst("\\d+", Long.toString(ProcessHandle.current().pid())));

        postgres.restart();

        assertRemembered();
    }

    @Test
    void aDirectoryInUseIsRefused() {
        assertThatThrownBy(() -> EmbeddedPostgres.start(directory, PROGRAMS)).hasMessageContaining("in use");
    }

    @Test
    void itIsDurableAndAsksForThePassword() throws Exception {
        try (Connection connection = postgres.access().connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select current_setting('fsync') || current_setting('synchronous_commit')"
                                + " || current_setting('full_page_writes') || current_setting('listen_addresses')")) {
            row.next();
            assertThat(row.getString(1)).isEqualTo("ononon127.0.0.1");
        }
        DatabaseAccess guess = new DatabaseAccess(postgres.access().url(), "cloister", "guess");
        assertThatThrownBy(guess::connect).isInstanceOf(SQLException.class).hasMessageContaining("password");
    }

    private void assertRemembered() throws SQLException {
        try (Connection connection = postgres.access().connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select number from remembered")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getInt(1)).isEqualTo(7);
        }
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = postgres.access().connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
