package org.cloister.repo.log;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.cloister.events.Position;
import org.cloister.events.StreamId;
import org.jspecify.annotations.Nullable;

/** The statement that finds the newest events of a filter, and what is left to look at after it. */
final class NewestQuery {
    private final EventFilter filter;
    private final long lowest;
    private final List<String> conditions = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();

    NewestQuery(EventFilter filter, Position before) {
        this(filter, before, filter.isIndexed() ? 1 : Math.max(1, before.value() - EventStore.MAX_EXAMINED));
    }

    private NewestQuery(EventFilter filter, Position before, long lowest) {
        this.filter = filter;
        this.lowest = lowest;
        StreamId stream = filter.stream();
        if (stream == null) {
            where("position < ?", before.value());
        } else {
            where("stream = ?", stream.toString());
            where("stream_version <= stream_version_at(?, ?)", stream.toString(), before.value() - 1);
        }
        where("position >= ?", lowest);
        where(
                "split_part(stream, ':', 1) = ?",
                filter.kind() == null ? null : filter.kind().text());
        where("type = ?", filter.type());
        where(
                "principal = ?",
                filter.principal() == null ? null : filter.principal().text());
        where(
                "correlation = ?",
                filter.correlation() == null ? null : filter.correlation().text());
    }

    private void where(String condition, @Nullable Object... bound) {
        if (bound[0] == null) {
            return;
        }
        conditions.add(condition);
        for (Object value : bound) {
            values.add(Objects.requireNonNull(value));
        }
    }

    String order() {
        return filter.stream() == null ? "position desc" : "stream_version desc";
    }

    /** With all but the limit bound by {@link #bind}. */
    String rows(String columns) {
        return "select " + columns + " from event where " + String.join(" and ", conditions) + " order by " + order()
                + " limit ?";
    }

    int bind(PreparedStatement statement, int count) throws SQLException {
        int next = 1;
        for (Object value : values) {
            statement.setObject(next++, value);
        }
        statement.setInt(next++, count);
        return next;
    }

    /** What this one would find after {@code last}, which it found. */
    NewestQuery from(Position last) {
        return new NewestQuery(filter, last, lowest);
    }

    /** Before which nothing was looked at, or null if all was. */
    @Nullable
    Position unexamined() {
        return lowest > 1 ? new Position(lowest) : null;
    }
}
