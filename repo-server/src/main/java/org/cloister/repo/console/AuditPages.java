package org.cloister.repo.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.Role;
import org.cloister.events.WithheldPayload;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.codec.EventLineWriter;
import org.cloister.events.log.Checkpoint;
import org.cloister.repo.console.model.AuditPage;
import org.cloister.repo.console.model.Links;
import org.cloister.repo.console.model.Section;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.log.LogProofs;

/** The log's checkpoint, proofs to take away, and its verification. */
final class AuditPages {
    private final EventStore store;
    private final LogProofs proofs;
    private final Verification verification;

    AuditPages(EventStore store, LogProofs proofs, Verification verification) {
        this.store = store;
        this.proofs = proofs;
        this.verification = verification;
    }

    void register(Routes routes) {
        routes.page("/audit", "verifyLog", this::page)
                .page("/audit/proof", "readEvents", this::proof)
                .action("/audit/verify", "verifyLog", this::verify);
    }

    private Answer page(Visit visit) {
        AuditPage page = new AuditPage(
                proofs.key().name(),
                store.head().value(),
                proofs.signedCheckpoint(),
                proofs.key().text(),
                verification.last(visit.now()));
        return new Answer.Page("Audit", Section.AUDIT, "audit.jte", "page", page);
    }

    private Future<Answer> verify(Visit visit) {
        verification.begin();
        return Future.succeededFuture(new Answer.Elsewhere(Links.ROOT + "/audit"));
    }

    /**
     * Everything that shows, without asking again, that the event is among those under a signed root. The event is its line as
     * {@code /v1/events} gives it, as a text: the leaf covers the payload's exact characters.
     */
    private Answer proof(Visit visit) throws JsonProcessingException {
        Position position = visit.required("position", EventPages::position);
        RecordedEvent event = EventPages.event(store, position);
        String note = proofs.signedCheckpoint();
        long size = Checkpoint.parse(note).size();
        ObjectNode json = EventCodec.json().createObjectNode();
        RecordedEvent shown = visit.caller().hasAny(Role.ADMINISTRATOR) ? event : WithheldPayload.in(event);
        json.put("event", new EventLineWriter().write(shown));
        json.put("leafHash", EventPages.base64(proofs.leafHash(position)));
        json.put("size", size);
        ArrayNode path = json.putArray("inclusion");
        proofs.inclusion(position, size).forEach(hash -> path.add(EventPages.base64(hash)));
        json.put("checkpoint", note);
        json.put("key", proofs.key().text());
        return new Answer.File(
                "cloister-event-" + position + ".json",
                "application/json",
                EventCodec.json().writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
    }
}
