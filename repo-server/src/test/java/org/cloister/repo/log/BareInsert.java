package org.cloister.repo.log;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.cloister.events.Position;
import org.cloister.repo.postgres.PostgresDatabase;

/**
 * What the sequencer is measured against: the finished rows of one log inserted into another's tables, several a transaction, in one
 * prepared statement, by one thread that has nothing else to do. With the rows of the events alone, or with all that a command
 * leaves: the answers to its requests and the finished subtrees too.
 */
final class BareInsert {
    private static final Table EVENT = new Table(
            "event",
            List.of(
                    "position bigint",
                    "stream text",
                    "stream_version bigint",
                    "type text",
                    "schema integer",
                    "payload text",
                    "payload_hash bytea",
                    "recorded_at timestamptz",
                    "principal text",
                    "correlation text",
                    "leaf_hash bytea"),
            "position");
    private static final Table REQUEST =
            new Table("request", List.of("id text", "first_position bigint", "last_position bigint"), "last_position");
    private static final Table SUBTREE = new Table(
            "merkle_subtree",
            List.of("level smallint", "subtree_index bigint", "hash bytea"),
            "((subtree_index + 1) << (8 * level))");

    private final PostgresDatabase from;
    private final PostgresDatabase to;
    private final List<Table> tables;
    private long copied;

    private BareInsert(PostgresDatabase from, PostgresDatabase to, List<Table> tables) {
        this.from = from;
        this.to = to;
        this.tables = tables;
    }

    static BareInsert ofEvents(PostgresDatabase from, PostgresDatabase to) {
        return new BareInsert(from, to, List.of(EVENT));
    }

    static BareInsert ofAllRows(PostgresDatabase from, PostgresDatabase to) {
        return new BareInsert(from, to, List.of(REQUEST, SUBTREE, EVENT));
    }

    /** @param at what position a row belongs to, in SQL */
    private record Table(String name, List<String> names, List<String> types, String at) {
        Table(String name, List<String> columns, String at) {
            this(name, words(columns, 0), words(columns, 1), at);
        }

        private static List<String> words(List<String> columns, int number) {
            return columns.stream().map(column -> column.split(" ")[number]).toList();
        }

        String insert() {
            return "insert into " + name + " (" + String.join(", ", names()) + ") select * from unnest("
                    + String.join(
                            ", ",
                            types().stream().map(type -> "?::" + type + "[]").toList()) + ")";
        }
    }

    /**
     * Inserts what isn't there yet, the rows of {@code events} events a transaction; returns events a second, reading them not
     * counted.
     */
    double copyUpTo(Position head, int events) throws SQLException {
        List<List<Object[]>> batches = load(head.value(), events);
        long count = head.value() - copied;
        copied = head.value();
        String sql = statement();
        try (Connection connection = to.connect()) {
            long start = System.nanoTime();
            for (List<Object[]> batch : batches) {
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    int parameter = 1;
                    int column = 0;
                    for (Table table : tables) {
                        for (String type : table.types()) {
                            statement.setArray(parameter++, connection.createArrayOf(type, batch.get(column++)));
                        }
                    }
                    statement.executeUpdate();
                }
            }
            return EventsBench.perSecond(count, start);
        }
    }

    private String statement() {
        StringBuilder sql = new StringBuilder();
        for (Table table : tables.subList(0, tables.size() - 1)) {
            sql.append(sql.isEmpty() ? "with " : ", ").append("new_" + table.name() + " as (" + table.insert() + ")");
        }
        return sql + " " + tables.get(tables.size() - 1).insert();
    }

    /** The columns of each batch's rows, table by table. */
    private List<List<Object[]>> load(long head, int events) throws SQLException {
        List<List<Object[]>> batches = new ArrayList<>();
        for (long first = copied; first < head; first += events) {
            batches.add(new ArrayList<>());
        }
        try (Connection connection = from.connect()) {
            for (Table table : tables) {
                String sql = "select " + String.join(", ", table.names()) + ", " + table.at() + " from " + table.name()
                        + " where " + table.at() + " > ? and " + table.at() + " <= ? order by " + table.at();
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    statement.setLong(1, copied);
                    statement.setLong(2, head);
                    try (ResultSet rows = statement.executeQuery()) {
                        addColumns(batches, table, rows, events);
                    }
                }
            }
        }
        return batches;
    }

    private void addColumns(List<List<Object[]>> batches, Table table, ResultSet rows, int events) throws SQLException {
        List<List<Object[]>> rowsOf = new ArrayList<>();
        batches.forEach(batch -> rowsOf.add(new ArrayList<>()));
        int width = table.names().size();
        while (rows.next()) {
            Object[] row = new Object[width];
            for (int i = 0; i < width; i++) {
                row[i] = value(table.types().get(i), rows, i + 1);
            }
            rowsOf.get((int) ((rows.getLong(width + 1) - 1 - copied) / events)).add(row);
        }
        for (int batch = 0; batch < batches.size(); batch++) {
            List<Object[]> its = rowsOf.get(batch);
            for (int i = 0; i < width; i++) {
                int column = i;
                batches.get(batch)
                        .add(its.stream()
                                .map(row -> row[column])
                                .toArray(array(table.types().get(i))));
            }
        }
    }

    private static Object value(String type, ResultSet rows, int index) throws SQLException {
        return switch (type) {
            case "bigint" -> rows.getLong(index);
            case "integer" -> rows.getInt(index);
            case "smallint" -> rows.getShort(index);
            case "bytea" -> rows.getBytes(index);
            case "timestamptz" -> rows.getObject(index, OffsetDateTime.class);
            default -> rows.getString(index);
        };
    }

    /** The driver sends arrays of exact element types in binary form. */
    private static java.util.function.IntFunction<Object[]> array(String type) {
        return switch (type) {
            case "bigint" -> Long[]::new;
            case "integer" -> Integer[]::new;
            case "smallint" -> Short[]::new;
            case "bytea" -> byte[][]::new;
            case "timestamptz" -> OffsetDateTime[]::new;
            default -> String[]::new;
        };
    }
}
