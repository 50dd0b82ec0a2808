package org.cloister.repo.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.Role;
import org.cloister.events.StreamId;
import org.cloister.events.WithheldPayload;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.log.MerkleProof;
import org.cloister.repo.console.model.EventList;
import org.cloister.repo.console.model.EventPage;
import org.cloister.repo.console.model.EventSearch;
import org.cloister.repo.console.model.Section;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.http.RefusedException;
import org.cloister.repo.log.EventFilter;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.log.LogProofs;
import org.cloister.repo.log.NewestEvents;

/** The log, searched, and each event with the proof that it is in it. */
final class EventPages {
    private static final List<String> KINDS =
            Arrays.stream(StreamId.Kind.values()).map(StreamId.Kind::text).toList();

    private final EventStore store;
    private final LogProofs proofs;
    private final EventRows rows;

    EventPages(EventStore store, LogProofs proofs, EventRows rows) {
        this.store = store;
        this.proofs = proofs;
        this.rows = rows;
    }

    void register(Routes routes) {
        routes.page("/events", "readEvents", this::list).page("/events/:position", "readEvents", this::one);
    }

    static EventSearch search(Visit visit) {
        return new EventSearch(
                visit.text("stream"), visit.text("type"), visit.text("person"), visit.text("correlation"));
    }

    /** @throws RefusedException if something of it isn't of its form */
    static EventFilter filter(EventSearch search) {
        return Visit.parsed("", nothing -> search.filter());
    }

    private Answer list(Visit visit) {
        EventSearch search = search(visit);
        Position before = visit.value("before", EventPages::position);
        NewestEvents found = store.readNewest(
                filter(search), before == null ? new Position(Long.MAX_VALUE) : before, EventList.PAGE);
        EventList list = new EventList(
                search,
                KINDS,
                List.copyOf(EventCodec.types()),
                rows.rows(found.events(), visit.now()),
                before == null,
                store.head(),
                found.next());
        return new Answer.Page("Events", Section.EVENTS, "events.jte", "list", list);
    }

    private Answer one(Visit visit) {
        Position position = visit.path("position", EventPages::position);
        RecordedEvent event = event(store, position);
        long size = store.head().value();
        byte[] leaf = proofs.leafHash(position);
        byte[] root = proofs.root(size);
        List<byte[]> path = proofs.inclusion(position, size);
        RecordedEvent shown = visit.caller().hasAny(Role.ADMINISTRATOR) ? event : WithheldPayload.in(event);
        String payload = indented(shown.payload());
        int kept = Math.min(payload.length(), EventPage.MAX_PAYLOAD);
        EventPage page = new EventPage(
                rows.row(event, visit.now()),
                event.version(),
                event.schema(),
                payload.substring(0, kept),
                payload.length() - kept,
                !shown.equals(event),
                base64(leaf),
                size,
                base64(root),
                path.stream().map(EventPages::base64).toList(),
                MerkleProof.includes(position.value() - 1, size, leaf, path, root),
                size);
        return new Answer.Page("Event " + position, Section.EVENTS, "event.jte", "page", page);
    }

    /** @throws RefusedException if there is none */
    static RecordedEvent event(EventStore store, Position position) {
        List<RecordedEvent> read = position.value() < 1 || position.isAfter(store.head())
                ? List.of()
                : store.readAll(new Position(position.value() - 1), 1);
        if (read.isEmpty()) {
            throw RefusedException.of(
                    Rule.NOT_FOUND, "the log has no event " + position, "it ends with event " + store.head());
        }
        return read.get(0);
    }

    static Position position(String text) {
        return new Position(Long.parseLong(text));
    }

    static String base64(byte[] hash) {
        return Base64.getEncoder().encodeToString(hash);
    }

    private static String indented(String json) {
        try {
            return EventCodec.json()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(EventCodec.json().readTree(json));
        } catch (JsonProcessingException e) {
            return json;
        }
    }
}
