package org.cloister.repo.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.cloister.events.CorrelationId;
import org.cloister.events.HostEvent;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;
import org.cloister.events.codec.EventCodec;
import org.cloister.repo.advisory.AdvisoriesView;
import org.cloister.repo.advisory.Provenance;
import org.cloister.repo.collect.RetentionView;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.log.DelegatingEventStore;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.rehash.RehashView;
import org.cloister.repo.view.CatalogEntry;
import org.cloister.repo.view.ListingsView;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** A repository's views over a log, with all that audit, console and REST read of them. */
final class ViewsReader implements AutoCloseable {
    private final EventStore store;
    final Views views;
    private final Audit audit;
    private final AuditViews past;
    private final AdvisoriesView advisories = new AdvisoriesView();
    private final RehashView rehashes = new RehashView();
    private final RetentionView retention = new RetentionView();

    ViewsReader(EventStore log, int page, Random random, EventCodec codec) {
        store = new Pages(log, page, random);
        views = Views.of(store, codec);
        past = new AuditViews(
                new HistoryView(views.hosts()),
                new InstallationsView(views.hosts(), views.closures()),
                new HostCheckpoints(views.hosts(), 3, 4));
        past.feed(views.projection());
        views.projection().add(advisories);
        views.projection().add(rehashes);
        views.projection().add(retention);
        audit = new Audit(store, codec, past, new Provenance(views.catalog(), views.mirrors()));
    }

    Map<String, Object> answers(GrowingLog world) {
        views.projection()
                .current()
                .toCompletableFuture()
                .orTimeout(120, TimeUnit.SECONDS)
                .join();
        Map<String, Object> answers = new LinkedHashMap<>();
        now(answers, world);
        pasts(answers, world);
        return answers;
    }

    private void now(Map<String, Object> answers, GrowingLog world) {
        answers.put(
                "catalog",
                views.catalog().search("", null, 100).stream()
                        .map(entry -> List.of(entry.name(), entry.state(), entry.synopsis()))
                        .toList());
        answers.put("fleet", List.copyOf(views.hosts().all()));
        Map<HostId, HostState> states = new LinkedHashMap<>();
        views.hosts().all().forEach(entry -> states.put(entry.host(), entry.state()));
        answers.put("hosts", states);
        answers.put(
                "conditions",
                views.hosts().all().stream()
                        .map(entry -> List.of(
                                HostCondition.of(entry.state()),
                                OutdatedRoot.of(entry.state(), views.catalog()),
                                Delivery.notInstalled(entry)))
                        .toList());
        answers.put("unserved", audit.unserved());
        answers.put("users", views.users().state());
        answers.put("mirrors", views.mirrors().all());
        answers.put("tokens", List.copyOf(views.tokens().all()));
        answers.put("advisories", List.copyOf(advisories.all()));
        answers.put("rehash", Optional.ofNullable(rehashes.last()));
        answers.put("retention", retention.state());
        answers.put("distributions", distributions());
        answers.put("listings", listings(views.listings(), world));
        world.log.events.stream()
                .filter(event -> event instanceof HostEvent.InstallRequested)
                .flatMap(event -> ((HostEvent.InstallRequested) event).roots().stream())
                .map(target -> target.closure().id())
                .distinct()
                .forEach(id -> answers.put(
                        "closure " + id,
                        List.of(
                                Optional.ofNullable(views.closures().find(id)),
                                Optional.ofNullable(views.closures().configured(id)))));
    }

    private Object distributions() {
        Map<Object, Object> all = new LinkedHashMap<>();
        views.distributions()
                .all()
                .forEach((name, history) -> all.put(
                        name,
                        history.newestFirst().stream()
                                .map(snapshot -> snapshot.toString())
                                .toList()));
        return all;
    }

    private static Object listings(ListingsView view, GrowingLog world) {
        List<Object> all = new ArrayList<>();
        for (long position = 1; position <= world.store.head().value(); position += 17) {
            var listing = view.at(GrowingLog.MIRROR, new Position(position));
            all.add(listing.components().stream()
                    .flatMap(component -> listing.packages(component).stream())
                    .map(listed -> listed.id() + " " + listed.artifact())
                    .toList());
        }
        return all;
    }

    private void pasts(Map<String, Object> answers, GrowingLog world) {
        Position head = store.head();
        for (long position = 1; position <= head.value(); position++) {
            Position asOf = new Position(position);
            List<HostSnapshot> snapshots = new ArrayList<>();
            List<HostSnapshot> byTime = new ArrayList<>();
            for (HostId host : new TreeSet<>(world.states.keySet())) {
                audit.hostAt(host, new Moment.After(asOf)).ifPresent(snapshots::add);
                Instant time = world.log.recorded.get((int) position - 1).recordedAt();
                audit.hostAt(host, new Moment.At(time)).ifPresent(byTime::add);
            }
            answers.put("host at " + position, snapshots);
            answers.put("host at the time of " + position, byTime);
        }
        for (long position = 1; position <= head.value(); position += 9) {
            Position asOf = new Position(position);
            answers.put("intervals at " + asOf, past.installations().having(id -> true, asOf));
            for (HostId host : world.states.keySet()) {
                answers.put("on " + host + " at " + asOf, past.installations().on(host, asOf));
            }
            for (AdvisoriesView.Known known : advisories.all()) {
                answers.put(
                        "exposure to " + known.advisory().id() + " at " + asOf,
                        audit.exposure(List.of(known.advisory()), asOf));
            }
        }
        for (HistoryFilter filter : filters(world)) {
            answers.put("history of " + filter, audit.history(filter, Position.NONE, Audit.MAX_LIMIT));
            answers.put("newest of " + filter, audit.newestFirst(filter, new Position(head.value() / 2), 7));
        }
        for (CorrelationId correlation : world.correlations) {
            answers.put("tied to " + correlation, audit.correlated(correlation));
        }
    }

    private List<HistoryFilter> filters(GrowingLog world) {
        List<HistoryFilter> filters = new ArrayList<>(List.of(HistoryFilter.ALL));
        List<@Nullable HostId> hosts = new ArrayList<>(world.states.keySet());
        hosts.add(null);
        for (HostId host : hosts) {
            for (int i = 0; i < GrowingLog.PRINCIPALS; i++) {
                filters.add(new HistoryFilter(host, null, new Principal("person" + i), null));
            }
            for (CatalogEntry entry : views.catalog().search("", null, 100)) {
                filters.add(new HistoryFilter(host, entry.name(), null, null));
            }
        }
        return filters;
    }

    @Override
    public void close() {
        views.close();
    }

    /** A log that is read in pages of some random size. */
    private static final class Pages extends DelegatingEventStore {
        private final int page;
        private final Random random;

        Pages(EventStore store, int page, Random random) {
            super(store);
            this.page = page;
            this.random = random;
        }

        @Override
        public synchronized List<RecordedEvent> readAll(Position after, int limit) {
            return super.readAll(after, Math.min(limit, 1 + random.nextInt(page)));
        }

        @Override
        public synchronized List<RecordedEvent> readStream(StreamId stream, long afterVersion, int limit) {
            return super.readStream(stream, afterVersion, Math.min(limit, 1 + random.nextInt(page)));
        }
    }
}
