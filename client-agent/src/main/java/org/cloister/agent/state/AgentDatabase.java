package org.cloister.agent.state;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cloister.agent.store.Damaged;
import org.cloister.events.Digest;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;
import org.cloister.events.layer.ClosureId;
import org.cloister.events.layer.LayerId;
import org.jspecify.annotations.Nullable;

/**
 * {@code STATE/agent.db}. What a method wrote is durable when it returns ({@code synchronous=FULL}); a crash inside one
 * leaves all of it or nothing. Thread-safe: one connection, one caller at a time.
 */
public final class AgentDatabase implements AutoCloseable {
    private static final List<String> SCHEMA = List.of(
            "create table if not exists checkpoint (id integer primary key check (id = 1), epoch text not null,"
                    + " position integer not null, hint text not null, image text not null)",
            "create table if not exists report (sequence integer primary key autoincrement, key text not null,"
                    + " body text not null)",
            "create table if not exists configured (closure text primary key, layer text not null,"
                    + " published integer not null)",
            "create table if not exists fact (name text primary key, value text not null)",
            "create table if not exists conffile (root text not null, path text not null, base text not null,"
                    + " primary key (root, path)) without rowid",
            "create table if not exists incident (number integer primary key autoincrement, object text not null unique,"
                    + " size integer not null, manifest integer not null, root text, path text not null,"
                    + " found text not null)",
            "create table if not exists service (root text not null, name text not null, enabled integer, wish text not null,"
                    + " boot text not null, phase text not null, token integer not null, main integer not null,"
                    + " restarts integer not null, heard integer not null, primary key (root, name)) without rowid");

    private final Connection connection;

    private AgentDatabase(Connection connection) {
        this.connection = connection;
    }

    public static AgentDatabase open(Path file) throws IOException {
        try {
            Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
            try (Statement statement = connection.createStatement()) {
                statement.execute("pragma journal_mode=wal");
                statement.execute("pragma synchronous=full");
                for (String table : SCHEMA) {
                    statement.execute(table);
                }
            }
            return new AgentDatabase(connection);
        } catch (SQLException e) {
            throw new IOException("can't open " + file + ": " + e.getMessage(), e);
        }
    }

    public synchronized Optional<SavedCheckpoint> checkpoint() throws IOException {
        return query(
                "select epoch, position, hint, image from checkpoint",
                row -> new SavedCheckpoint(
                        row.getString(1), new Position(row.getLong(2)), row.getString(3), row.getString(4)));
    }

    /** The checkpoint and the reports that belong to it, together. */
    public synchronized void save(SavedCheckpoint checkpoint, List<ReportForm> reports) throws IOException {
        transaction(() -> {
            update(
                    "insert or replace into checkpoint values (1, ?, ?, ?, ?)",
                    checkpoint.epoch(),
                    checkpoint.position().value(),
                    checkpoint.feedHint(),
                    checkpoint.image());
            for (ReportForm form : reports) {
                enqueue(form);
            }
        });
    }

    /** Moves the position of a checkpoint whose image is the same. */
    public synchronized void advance(String epoch, Position position, String feedHint) throws IOException {
        transaction(() ->
                update("update checkpoint set epoch = ?, position = ?, hint = ?", epoch, position.value(), feedHint));
    }

    public synchronized void queue(ReportForm form) throws IOException {
        transaction(() -> enqueue(form));
    }

    /** A report and the fact that it was made, together. */
    public synchronized void queue(ReportForm form, String fact, String value) throws IOException {
        transaction(() -> {
            enqueue(form);
            update("insert or replace into fact values (?, ?)", fact, value);
        });
    }

    private void enqueue(ReportForm form) throws SQLException {
        update("insert into report (key, body) values ('', '')");
        long sequence = count("select last_insert_rowid()");
        QueuedReport report = form.at(sequence);
        update("update report set key = ?, body = ? where sequence = ?", report.key(), report.body(), sequence);
    }

    /** Damage and the report of it, together; false, and nothing is reported, where it is known already. */
    public synchronized boolean openIncident(Damaged damaged, ReportForm form) throws IOException {
        int[] opened = new int[1];
        transaction(() -> {
            RootName root = damaged.root();
            opened[0] = update(
                    "insert or ignore into incident (object, size, manifest, root, path, found) values (?, ?, ?, ?, ?, ?)",
                    damaged.object().toString(),
                    damaged.size(),
                    damaged.manifest() ? 1 : 0,
                    root == null ? null : root.text(),
                    damaged.path(),
                    damaged.found());
            if (opened[0] > 0) {
                enqueue(form);
            }
        });
        return opened[0] > 0;
    }

    /** The end of an incident and the report of it, together; false, and nothing is reported, where there is none. */
    public synchronized boolean closeIncident(Digest object, ReportForm form) throws IOException {
        int[] closed = new int[1];
        transaction(() -> {
            closed[0] = update("delete from incident where object = ?", object.toString());
            if (closed[0] > 0) {
                enqueue(form);
            }
        });
        return closed[0] > 0;
    }

    /** Damage that isn't repaired, the oldest first. */
    public synchronized List<Damaged> incidents(int limit) throws IOException {
        try (PreparedStatement statement = connection.prepareStatement(
                "select object, size, manifest, root, path, found from incident order by number limit ?")) {
            bind(statement, limit);
            List<Damaged> incidents = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    String root = rows.getString(4);
                    incidents.add(new Damaged(
                            Digest.parse(rows.getString(1)),
                            rows.getLong(2),
                            rows.getInt(3) != 0,
                            root == null ? null : new RootName(root),
                            rows.getString(5),
                            rows.getString(6)));
                }
            }
            return incidents;
        } catch (SQLException e) {
            throw new IOException("the agent's database: " + e.getMessage(), e);
        }
    }

    /** What is known about services, by root and name. */
    public synchronized List<ServiceRow> services() throws IOException {
        try (PreparedStatement statement = connection.prepareStatement(
                        "select root, name, enabled, wish, boot, phase, token, main, restarts, heard from service"
                                + " order by root, name");
                ResultSet rows = statement.executeQuery()) {
            List<ServiceRow> services = new ArrayList<>();
            while (rows.next()) {
                int enabled = rows.getInt(3);
                services.add(new ServiceRow(
                        new RootName(rows.getString(1)),
                        new ServiceName(rows.getString(2)),
                        rows.wasNull() ? null : enabled != 0,
                        ServiceRow.Wish.valueOf(rows.getString(4)),
                        rows.getString(5),
                        rows.getString(6),
                        rows.getInt(7),
                        rows.getLong(8),
                        rows.getInt(9),
                        rows.getLong(10)));
            }
            return services;
        } catch (SQLException e) {
            throw new IOException("the agent's database: " + e.getMessage(), e);
        }
    }

    /** What is known about a service and the report of it, together. */
    public synchronized void save(ServiceRow row, List<ReportForm> reports) throws IOException {
        Boolean enabled = row.enabled();
        transaction(() -> {
            update(
                    "insert or replace into service values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    row.root().text(),
                    row.name().text(),
                    enabled == null ? null : enabled ? 1 : 0,
                    row.wish().name(),
                    row.boot(),
                    row.phase(),
                    row.token(),
                    row.main(),
                    row.restarts(),
                    row.heard());
            for (ReportForm form : reports) {
                enqueue(form);
            }
        });
    }

    /** Nothing is known about a service any more, which is reported. */
    public synchronized void forget(RootName root, ServiceName name, List<ReportForm> reports) throws IOException {
        transaction(() -> {
            update("delete from service where root = ? and name = ?", root.text(), name.text());
            for (ReportForm form : reports) {
                enqueue(form);
            }
        });
    }

    public synchronized Optional<QueuedReport> firstReport() throws IOException {
        return query(
                "select sequence, key, body from report order by sequence limit 1",
                row -> new QueuedReport(row.getLong(1), row.getString(2), row.getString(3)));
    }

    public synchronized void removeReport(long sequence) throws IOException {
        transaction(() -> update("delete from report where sequence = ?", sequence));
    }

    public synchronized int reports() throws IOException {
        return query("select count(*) from report", row -> row.getInt(1)).orElse(0);
    }

    public synchronized Optional<LayerId> configured(ClosureId closure) throws IOException {
        return query(
                "select layer from configured where closure = ?",
                row -> LayerId.parse(row.getString(1)),
                closure.toString());
    }

    /** @param published whether every host may have it from the repository */
    public synchronized void remember(ClosureId closure, LayerId layer, boolean published) throws IOException {
        transaction(() -> update(
                "insert or replace into configured values (?, ?, ?)",
                closure.toString(),
                layer.toString(),
                published ? 1 : 0));
    }

    public synchronized Optional<String> fact(String name) throws IOException {
        return query("select value from fact where name = ?", row -> row.getString(1), name);
    }

    public synchronized void setFact(String name, String value) throws IOException {
        transaction(() -> update("insert or replace into fact values (?, ?)", name, value));
    }

    /** All or none. */
    public synchronized void setFacts(Map<String, String> facts) throws IOException {
        transaction(() -> {
            for (Map.Entry<String, String> fact : facts.entrySet()) {
                update("insert or replace into fact values (?, ?)", fact.getKey(), fact.getValue());
            }
        });
    }

    /** What the edited configuration files of a root were edited from, by path: a digest, or nothing where nothing was shipped. */
    public synchronized Map<String, String> conffileBases(RootName root) throws IOException {
        try (PreparedStatement statement =
                connection.prepareStatement("select path, base from conffile where root = ?")) {
            bind(statement, root.text());
            Map<String, String> bases = new HashMap<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    bases.put(rows.getString(1), rows.getString(2));
                }
            }
            return bases;
        } catch (SQLException e) {
            throw new IOException("the agent's database: " + e.getMessage(), e);
        }
    }

    public synchronized void rememberConffileBase(RootName root, String path, String base) throws IOException {
        transaction(() -> update("insert or replace into conffile values (?, ?, ?)", root.text(), path, base));
    }

    /** Of {@code path} and all below it; of the whole root where it is empty. */
    public synchronized void forgetConffileBases(RootName root, String path) throws IOException {
        transaction(() -> update(
                "delete from conffile where root = ?1 and (?2 = '' or path = ?2 or substr(path, 1, length(?2) + 1) = ?2 || '/')",
                root.text(),
                path));
    }

    @Override
    public synchronized void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    @FunctionalInterface
    private interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    @FunctionalInterface
    private interface Work {
        void run() throws SQLException;
    }

    private void transaction(Work work) throws IOException {
        try {
            connection.setAutoCommit(false);
            try {
                work.run();
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw new IOException("the agent's database: " + e.getMessage(), e);
        }
    }

    private int update(String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, values);
            return statement.executeUpdate();
        }
    }

    private long count(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private <T> Optional<T> query(String sql, Row<T> row, Object... values) throws IOException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, values);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(row.read(rows)) : Optional.empty();
            }
        } catch (SQLException e) {
            throw new IOException("the agent's database: " + e.getMessage(), e);
        }
    }

    private static void bind(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
    }
}
