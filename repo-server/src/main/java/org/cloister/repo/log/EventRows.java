package org.cloister.repo.log;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.cloister.events.CorrelationId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;

/** Rows of the event table: position, stream, version, type, schema, time, principal, correlation, payload, in this order. */
final class EventRows {
    private EventRows() {}

    static List<RecordedEvent> read(ResultSet rows) throws SQLException {
        List<RecordedEvent> events = new ArrayList<>();
        while (rows.next()) {
            events.add(event(rows));
        }
        return events;
    }

    static RecordedEvent event(ResultSet row) throws SQLException {
        return new RecordedEvent(
                new Position(row.getLong(1)),
                StreamId.parse(row.getString(2)),
                row.getLong(3),
                row.getString(4),
                row.getInt(5),
                row.getObject(6, OffsetDateTime.class).toInstant(),
                new Principal(row.getString(7)),
                new CorrelationId(row.getString(8)),
                row.getString(9));
    }
}
