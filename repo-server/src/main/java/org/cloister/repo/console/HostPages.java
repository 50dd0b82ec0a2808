package org.cloister.repo.console;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;
import org.cloister.repo.audit.Audit;
import org.cloister.repo.audit.HostSnapshot;
import org.cloister.repo.audit.Moment;
import org.cloister.repo.console.model.HostAtMoment;
import org.cloister.repo.console.model.HostPage;
import org.cloister.repo.console.model.Section;
import org.cloister.repo.console.model.Timeline;
import org.cloister.repo.console.model.When;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.http.RefusedException;
import org.cloister.repo.log.EventFilter;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.view.HostsView.HostEntry;
import org.cloister.repo.view.Views;

/** One host, now and at any moment of its past. */
final class HostPages {
    private static final int EVENTS = 15;

    private final Views views;
    private final EventStore store;
    private final Audit audit;
    private final HostRows rows;
    private final EventRows events;

    HostPages(Views views, EventStore store, Audit audit, HostRows rows, EventRows events) {
        this.views = views;
        this.store = store;
        this.audit = audit;
        this.rows = rows;
        this.events = events;
    }

    void register(Routes routes) {
        routes.page("/hosts/:host", "auditHost", visit -> {
                    HostPage page = page(visit);
                    return new Answer.Page(page.host().name(), Section.FLEET, "host.jte", "page", page);
                })
                .page("/hosts/:host/moment", "auditHost", visit -> new Answer.Part("moment.jte", "page", page(visit)));
    }

    private HostPage page(Visit visit) {
        HostId host = visit.path("host", HostId::new);
        HostEntry entry = views.hosts().find(host);
        if (entry == null) {
            throw RefusedException.of(
                    Rule.HOST_NOT_ENROLLED, "no host " + host + " is enrolled", "the fleet has those that are");
        }
        Instant now = visit.now();
        StreamId stream = StreamId.of(host);
        long count = store.versionAt(stream, store.head());
        RecordedEvent shown = event(stream, index(visit, stream, count));
        HostSnapshot snapshot = audit.hostAt(host, new Moment.After(shown.position()))
                .orElseThrow(() -> new IllegalStateException("an event of " + host + " without the host"));
        Timeline timeline = Timeline.of(
                shown,
                audit.summary(shown),
                count,
                event(stream, 1),
                When.of(event(stream, count).recordedAt(), now),
                now);
        var retirement = entry.state().retirement();
        var enrolment = entry.state().enrolment();
        return new HostPage(
                rows.row(entry, now),
                When.of(entry.enrolled().at(), now),
                enrolment == null ? "" : enrolment.publicKey(),
                entry.state().generation() == null
                        ? null
                        : entry.state().generation().toString(),
                retirement == null ? null : retirement.reason(),
                timeline,
                HostAtMoment.of(snapshot, now),
                events.rows(
                        store.readNewest(EventFilter.of(stream), new Position(Long.MAX_VALUE), EVENTS)
                                .events(),
                        now));
    }

    private RecordedEvent event(StreamId stream, long version) {
        return store.readStream(stream, version - 1, 1).get(0);
    }

    /** Which of the host's events is the last that counts. */
    private long index(Visit visit, StreamId stream, long count) {
        Long change = visit.value("change", Long::valueOf);
        if (change != null) {
            return Math.max(1, Math.min(change, count));
        }
        Moment moment = visit.value("at", HostPages::moment);
        if (moment == null) {
            return count;
        }
        Position position =
                moment instanceof Moment.After after ? after.position() : store.positionAt(((Moment.At) moment).time());
        long index = store.versionAt(stream, position);
        if (index == 0) {
            throw RefusedException.of(
                    Rule.HOST_NOT_ENROLLED, "the host was not enrolled yet then", "choose a later moment");
        }
        return index;
    }

    /** A position, a time with its offset, or one without, which is UTC. */
    private static Moment moment(String text) {
        try {
            return new Moment.At(LocalDateTime.parse(text.replace(' ', 'T')).toInstant(ZoneOffset.UTC));
        } catch (DateTimeParseException e) {
            return Moment.parse(text);
        }
    }
}
