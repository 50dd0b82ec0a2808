package org.cloister.repo.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;

/**
 * A database with the repository's schema and a pool of connections, whose role may add to the log and not change it.
 * Thread-safe.
 */
public final class PostgresDatabase implements AutoCloseable {
    /** The role that the migrations give the server's privileges to. */
    private static final String BECOME_SERVER = "set role cloister_server";
    /** Readers only; the sequencer and the relay have connections of their own. */
    private static final int MAX_CONNECTIONS = 8;

    private static final Duration CONNECTION_PATIENCE = Duration.ofSeconds(10);

    static {
        System.setProperty("org.jooq.no-logo", "true");
        System.setProperty("org.jooq.no-tips", "true");
    }

    private final DatabaseAccess access;
    private final HikariDataSource pool;
    private final DSLContext dsl;

    private PostgresDatabase(DatabaseAccess access) {
        this.access = access;
        this.pool = new HikariDataSource(poolOf(access));
        this.dsl = DSL.using(pool, SQLDialect.POSTGRES, new Settings().withExecuteLogging(false));
    }

    /** Migrates and opens with one and the same user, who owns the schema and takes the server's role for everything else. */
    public static PostgresDatabase open(DatabaseAccess owner) {
        return open(owner, owner);
    }

    /**
     * Migrates as {@code owner}, then works as {@code server}, a member of the role {@code cloister_server}.
     *
     * @throws org.flywaydb.core.api.FlywayException if the schema can't be brought up to date
     */
    public static PostgresDatabase open(DatabaseAccess owner, DatabaseAccess server) {
        migrate(owner);
        return new PostgresDatabase(server);
    }

    /** Brings the schema up to date. */
    public static void migrate(DatabaseAccess owner) {
        Flyway.configure()
                .dataSource(owner.url(), owner.user(), owner.password())
                .locations("classpath:db/migration")
                .load()
                .migrate();
    }

    /** SQL on pooled connections. */
    public DSLContext dsl() {
        return dsl;
    }

    public DataSource dataSource() {
        return pool;
    }

    /** A connection outside the pool in the server's role, for a session that holds an advisory lock. The caller closes it. */
    public Connection connect() throws SQLException {
        Connection connection = access.connect();
        try (Statement statement = connection.createStatement()) {
            statement.execute(BECOME_SERVER);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    private static HikariConfig poolOf(DatabaseAccess access) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(access.url());
        config.setUsername(access.user());
        config.setPassword(access.password());
        config.setConnectionInitSql(BECOME_SERVER);
        config.setMaximumPoolSize(MAX_CONNECTIONS);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(CONNECTION_PATIENCE.toMillis());
        config.setInitializationFailTimeout(CONNECTION_PATIENCE.toMillis());
        config.setPoolName("cloister");
        return config;
    }

    @Override
    public void close() {
        pool.close();
    }
}
